import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Diagram, type Visit } from '../diagram/diagram.tsx';
import { type Definition, layout } from '../diagram/layout.ts';
import type { ExecutionDetail, ExecutionDocument } from '../protocol.ts';
import { Failure } from './failure.tsx';
import { Steps } from './steps.tsx';
import { useFetched } from './store.ts';
import { Text } from './text.tsx';
import { clockTime, duration, isBehindTheScenes, STATUS, waits } from './words.ts';

const MOST_LISTED = 60;

interface Props {
  executions: ExecutionDocument[];
  /** Null: the one in which most happens. */
  chosen: string | null;
  choose: (id: string | null) => void;
}

/** The executions, and one of them in its workflow. */
export function Executions({ executions, chosen, choose }: Props) {
  const [which, setWhich] = useState<'all' | 'running' | 'failed'>('all');
  const [isWhole, setWhole] = useState(false);
  const listed = executions
    .filter((one) => isWhole || !isBehindTheScenes(one) || one.id === chosen)
    .filter(
      ({ status, section }) =>
        which === 'all' || (which === 'running' ? status === 'RUNNING' : section !== null),
    )
    .reverse();
  const followed = listed.find(({ status }) => status === 'RUNNING') ?? listed[0];
  const shown = executions.find(({ id }) => id === chosen) ?? followed;
  const inSight = listed.slice(0, MOST_LISTED);
  // Of many the tabulator reaches one, and the arrow keys the others.
  const reached = inSight.find(({ id }) => id === shown?.id) ?? inSight[0];
  return (
    <div class="executions">
      <div class="list">
        <p class="filters">
          <label>
            Show{' '}
            <select
              value={which}
              onChange={({ currentTarget }) => setWhich(currentTarget.value as typeof which)}
            >
              <option value="all">all</option>
              <option value="running">those that run</option>
              <option value="failed">those that failed</option>
            </select>
          </label>{' '}
          <label>
            <input
              type="checkbox"
              checked={isWhole}
              onChange={({ currentTarget }) => setWhole(currentTarget.checked)}
            />{' '}
            also dispatch, clean-up and parts
          </label>{' '}
          <label>
            <input
              type="checkbox"
              checked={chosen === null}
              onChange={({ currentTarget }) => choose(currentTarget.checked ? null : (shown?.id ?? null))}
            />{' '}
            follow the latest
          </label>
        </p>
        {listed.length === 0 && <p class="muted">None yet.</p>}
        <ul
          class="scroll"
          aria-label="Executions, the latest first: go through them with the arrow keys"
          onKeyDown={goThrough}
        >
          {inSight.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                class={toneOf(one)}
                aria-pressed={one.id === shown?.id}
                tabIndex={one === reached ? 0 : -1}
                onClick={() => choose(one.id)}
              >
                <b>{one.workflow}</b>{' '}
                <span>
                  <Text>{one.about}</Text>
                </span>
                <small>
                  {clockTime(one.start)} {STATUS[one.status]}
                  {one.status === 'RUNNING' && one.waits[0] ? `: ${one.waits[0].state}` : ''}
                  {one.isMended ? ', mended since' : ''}
                </small>
              </button>
            </li>
          ))}
          {listed.length > MOST_LISTED && <li class="muted">and {listed.length - MOST_LISTED} older ones</li>}
        </ul>
      </div>
      {shown ? <Execution execution={shown} /> : <p class="muted">Nothing has run yet.</p>}
    </div>
  );
}

function goThrough(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
}

function toneOf({ status, isMended }: ExecutionDocument): string {
  if (status === 'RUNNING') return 'warn';
  return status === 'SUCCEEDED' || isMended ? 'good' : 'bad';
}

function Execution({ execution }: { execution: ExecutionDocument }) {
  const { id, workflow, about, status, start, stop, waits: all, lastError, redrives, section } = execution;
  const definition = useFetched<Definition>(`/definitions/${workflow}`);
  const detail = useFetched<ExecutionDetail>(
    `/executions/${id}`,
    JSON.stringify([status, all, redrives, stop]),
  );
  return (
    <article class="execution" aria-labelledby="execution-title">
      <h3 id="execution-title" tabIndex={-1}>
        <Text>{`${workflow}: ${about}`}</Text>
      </h3>
      <p>
        <span class={`chip ${toneOf(execution)}`}>{STATUS[status]}</span> began {clockTime(start)}
        {stop !== null && `, took ${duration(stop - start)}`}
        {redrives > 0 && `, redriven ${redrives === 1 ? 'once' : `${redrives} times`}`}
        {detail && `, ${detail.transitions} state transitions`}
      </p>
      {all.length > 0 && (
        <ul class="waits">
          {all.slice(0, 5).map((wait) => (
            <li key={`${wait.state} ${wait.since}`}>{waits(wait, lastError)}</li>
          ))}
          {all.length > 5 && <li>and {all.length - 5} more at once</li>}
        </ul>
      )}
      {section !== null && <Failure execution={execution} detail={detail} />}
      {definition && <Workflow definition={definition} execution={execution} detail={detail} />}
      {detail && <Steps detail={detail} />}
    </article>
  );
}

const SCALES = [0.45, 0.6, 0.8, 1, 1.25];

/** The workflow's diagram, with what the execution has done in it. */
function Workflow(props: {
  definition: Definition;
  execution: ExecutionDocument;
  detail: ExecutionDetail | undefined;
}) {
  const { definition, execution, detail } = props;
  const drawing = useMemo(() => layout(definition), [definition]);
  const visits = useMemo(() => visitsOf(execution, detail), [execution, detail]);
  const [size, setSize] = useState(2);
  const frame = useRef<HTMLElement>(null);
  const current =
    execution.waits[0]?.state ?? (execution.section !== null ? detail?.steps.at(-1)?.state : undefined);
  useEffect(() => {
    const element = frame.current;
    const box =
      current === undefined ? null : element?.querySelector(`[data-state=${CSS.escape(current)}] rect`);
    if (!element || !box) return;
    const place = box.getBoundingClientRect();
    const around = element.getBoundingClientRect();
    element.scrollBy({
      left: place.left + place.width / 2 - around.left - around.width / 2,
      top: place.top + place.height / 2 - around.top - around.height / 2,
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
  }, [current, size, execution.id, drawing]);
  const inWords =
    current === undefined
      ? `The workflow ${execution.workflow}`
      : `The workflow ${execution.workflow}, in “${current}”`;
  return (
    <figure class="workflow">
      <fieldset class="buttons" aria-label="Size of the diagram">
        <button type="button" disabled={size === 0} onClick={() => setSize(size - 1)} aria-label="Smaller">
          −
        </button>
        <button
          type="button"
          disabled={size === SCALES.length - 1}
          onClick={() => setSize(size + 1)}
          aria-label="Larger"
        >
          +
        </button>
      </fieldset>
      <section class="scroll" ref={frame} tabIndex={0} aria-label={`Diagram of ${execution.workflow}`}>
        <Diagram drawing={drawing} visits={visits} scale={SCALES[size]!} label={inWords} />
      </section>
    </figure>
  );
}

function visitsOf(
  { waits: all, section }: ExecutionDocument,
  detail: ExecutionDetail | undefined,
): Map<string, Visit> {
  const visits = new Map<string, Visit>();
  for (const { state } of detail?.steps ?? []) {
    const before = visits.get(state)?.count ?? 0;
    visits.set(state, { count: before + 1, isCurrent: false, hasFailed: false });
  }
  for (const { state } of all) {
    visits.set(state, { count: 1, hasFailed: false, ...visits.get(state), isCurrent: true });
  }
  const last = detail?.steps.at(-1);
  if (section !== null && last) visits.set(last.state, { ...visits.get(last.state)!, hasFailed: true });
  return visits;
}
