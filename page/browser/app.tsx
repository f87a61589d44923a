import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { AccountDocument, ExecutionDocument } from '../protocol.ts';
import { Clock } from './clock.tsx';
import { Deeds } from './deeds.tsx';
import { Executions } from './executions.tsx';
import { Happenings } from './happenings.tsx';
import { aboutOf, OrganizationMap, type UnderWay } from './map.tsx';
import { Messages } from './messages.tsx';
import { type Chosen, useKnown } from './store.ts';
import { counted, isBehindTheScenes } from './words.ts';

const VIEWS = ['map', 'executions', 'happens', 'messages', 'do'] as const;
type View = (typeof VIEWS)[number];
const TITLES: Record<View, string> = {
  map: 'Map',
  executions: 'Executions',
  happens: 'What happens',
  messages: 'Messages',
  do: 'Do',
};

export function App() {
  const { isConnected, single, many } = useKnown();
  const [view, setView] = useState<View>('map');
  const [side, setSide] = useState<View>('happens');
  const [chosen, setChosen] = useState<Chosen>({ accountId: null, vpcId: null });
  const [executionId, setExecutionId] = useState<string | null>(null);
  /** Where somebody goes; another object each time. */
  const [goal, setGoal] = useState<{ id: string }>();
  // Before the next key: an effect after the painting would come too late for somebody who types fast.
  useLayoutEffect(() => {
    const element = document.getElementById(goal?.id ?? '');
    element?.scrollIntoView({ block: 'nearest' });
    element?.focus();
  }, [goal]);
  useEffect(() => {
    const leave = ({ key, target }: KeyboardEvent) => {
      if (key !== 'Escape' || (target as Element).matches('input, select')) return;
      document.querySelector<HTMLElement>('.views [aria-current]')?.focus();
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, []);
  const turnTo = useCallback((next: View) => {
    setView(next);
    if (next === 'happens' || next === 'messages' || next === 'do') setSide(next);
  }, []);
  const show = useCallback((next: View, id: string = next) => {
    turnTo(next);
    setGoal({ id });
  }, []);
  const showExecution = useCallback((id: string) => {
    setExecutionId(id);
    show('executions', 'execution-title');
  }, []);
  const act = useCallback((next: Chosen) => {
    setChosen(next);
    show('do');
  }, []);
  const underWay = useMemo(() => underWayOf(many['execution/']), [many['execution/']]);
  const { setting, clock, story, weather } = single;
  if (!setting || !clock || !weather) return <p class="first">{isConnected ? 'Reading…' : 'Connecting…'}</p>;
  const accounts = [...many['account/'].values()];
  const executions = [...many['execution/'].values()];
  const open = [...many['message/'].values()].filter(({ approval }) => approval === 'open').length;
  const badge = (of: View) => (of === 'messages' && open > 0 ? ` (${open})` : '');
  return (
    <>
      <header class="top">
        <h1>
          Redis Cloud PrivateLink <small>on this machine</small>
        </h1>
        <Verdict
          accounts={accounts}
          executions={executions}
          shown={executionId}
          open={open}
          show={show}
          showExecution={showExecution}
        />
        <Clock clock={clock} story={story} />
      </header>
      {!isConnected && (
        <p class="banner bad" role="alert">
          The local cloud has stopped. This is what was last seen. Start it again: npm start --{' '}
          {setting.story === null ? '--serve' : '--watch'}
        </p>
      )}
      {story?.state === 'failed' && (
        <p class="banner bad" role="alert">
          The story could not go on: {story.failure}
        </p>
      )}
      <nav class="views" aria-label="Views: Escape leads here">
        {VIEWS.map((one) => (
          <button
            type="button"
            key={one}
            aria-current={one === view ? 'page' : undefined}
            onClick={() => show(one)}
          >
            {TITLES[one]}
            {badge(one)}
          </button>
        ))}
      </nav>
      <main data-view={view}>
        <div class="wide">
          <section id="map" tabIndex={-1} class="panel map-panel" data-is="map" aria-labelledby="map-title">
            <h2 id="map-title">{TITLES.map}</h2>
            <OrganizationMap
              connections={many['connection/']}
              accounts={many['account/']}
              setting={setting}
              weather={weather}
              underWay={underWay}
              chosen={chosen}
              act={act}
              showExecution={showExecution}
            />
          </section>
          <section
            id="executions"
            tabIndex={-1}
            class="panel"
            data-is="executions"
            aria-labelledby="executions-title"
          >
            <h2 id="executions-title">{TITLES.executions}</h2>
            <Executions executions={executions} chosen={executionId} choose={setExecutionId} />
          </section>
        </div>
        <aside class="panel side" data-side={side} aria-label="What happens, messages, and what you can do">
          <div class="tabs">
            {(['happens', 'messages', 'do'] as const).map((one) => (
              <button type="button" key={one} aria-pressed={one === side} onClick={() => turnTo(one)}>
                {TITLES[one]}
                {badge(one)}
              </button>
            ))}
          </div>
          <section
            id="happens"
            tabIndex={-1}
            data-is="happens"
            aria-labelledby="happens-title"
            hidden={side !== 'happens'}
          >
            <h2 id="happens-title">{TITLES.happens}</h2>
            <Happenings lines={many['line/']} executions={many['execution/']} showExecution={showExecution} />
          </section>
          <section
            id="messages"
            tabIndex={-1}
            data-is="messages"
            aria-labelledby="messages-title"
            hidden={side !== 'messages'}
          >
            <h2 id="messages-title">{TITLES.messages}</h2>
            <Messages messages={many['message/']} />
          </section>
          <section id="do" tabIndex={-1} data-is="do" aria-labelledby="do-title" hidden={side !== 'do'}>
            <h2 id="do-title">{TITLES.do}</h2>
            <Deeds
              accounts={many['account/']}
              weather={weather}
              setting={setting}
              chosen={chosen}
              choose={setChosen}
            />
          </section>
        </aside>
      </main>
    </>
  );
}

/** In a word: whether anything needs a person. */
function Verdict(props: {
  accounts: AccountDocument[];
  executions: ExecutionDocument[];
  /** The execution that is shown. */
  shown: string | null;
  open: number;
  show: (view: View) => void;
  showExecution: (id: string) => void;
}) {
  const { accounts, executions, shown, open, show, showExecution } = props;
  const failed = executions.filter(
    ({ section, isMended, workflow }) => section !== null && !isMended && workflow !== 'clean-up',
  );
  // The latest, and then the one before the one that is shown.
  const before = failed.findIndex(({ id }) => id === shown);
  const next = failed.at(before < 0 ? -1 : before - 1);
  const connected = accounts
    .flatMap(({ vpcs }) => vpcs)
    .filter(({ endpoints }) =>
      endpoints.some(({ connection, state }) => connection !== null && state === 'available'),
    ).length;
  const running = executions.filter((one) => one.status === 'RUNNING' && !isBehindTheScenes(one)).length;
  return (
    <p class="verdict" aria-live="polite">
      {next && (
        <button type="button" class="bad" onClick={() => showExecution(next.id)}>
          ✕ {counted(failed.length, 'failure')} to mend
        </button>
      )}
      {open > 0 && (
        <button type="button" class="warn" onClick={() => show('messages')}>
          ? {counted(open, 'approval')} to give
        </button>
      )}
      <span class={connected > 0 ? 'good' : ''}>● {counted(connected, 'VPC')} connected</span>
      {running > 0 && <span>▸ {counted(running, 'execution')} running</span>}
      {running === 0 && failed.length + open === 0 && <span>nothing runs</span>}
    </p>
  );
}

function underWayOf(executions: ReadonlyMap<string, ExecutionDocument>): UnderWay {
  return new Map(
    [...executions.values()]
      .filter(({ status }) => status === 'RUNNING')
      .map(({ accountId, vpcId, workflow, waits }) => [
        aboutOf(accountId, vpcId),
        `${workflow}: ${waits[0]?.state ?? 'begins'}`,
      ]),
  );
}
