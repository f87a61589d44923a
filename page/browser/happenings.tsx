import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import type { ExecutionDocument, LineDocument } from '../protocol.ts';
import { Text } from './text.tsx';
import { clockTime } from './words.ts';

interface Props {
  lines: ReadonlyMap<string, LineDocument>;
  executions: ReadonlyMap<string, ExecutionDocument>;
  showExecution: (id: string) => void;
}

/** What happens, in words, the latest first; lines of one execution together. */
export const Happenings = memo(({ lines, executions, showExecution }: Props) => {
  const [isWhole, setWhole] = useState(false);
  const [older, setOlder] = useState<LineDocument[]>([]);
  const pushed = [...lines.values()];
  const first = older[0] ?? pushed[0];
  const all = [...older, ...pushed.filter(({ number }) => number > (older.at(-1)?.number ?? 0))];
  const shown = all.filter(({ isStep }) => isWhole || !isStep);
  const loadOlder = async () => {
    const answer = await fetch(`/lines?before=${first?.number ?? 0}`);
    if (answer.ok) setOlder([...((await answer.json()) as LineDocument[]), ...older]);
  };
  return (
    <>
      <p class="filters">
        <label>
          <input
            type="checkbox"
            checked={isWhole}
            onChange={({ currentTarget }) => setWhole(currentTarget.checked)}
          />{' '}
          every step of the workflows
        </label>
      </p>
      {shown.length === 0 && <p class="muted">Nothing yet. Choose “Do”.</p>}
      <div role="log" aria-label="What happens, the latest first">
        <ol class="happenings">
          {groups(shown).map((group) => (
            <Group
              key={group[0]!.number}
              lines={group}
              execution={executions.get(group[0]!.execution ?? '')}
              showExecution={showExecution}
            />
          ))}
        </ol>
      </div>
      {first && first.number > 1 && (
        <button type="button" onClick={() => void loadOlder()}>
          Show older
        </button>
      )}
    </>
  );
});

/** The latest first; what follows one another about one execution is one group. */
function groups(lines: LineDocument[]): LineDocument[][] {
  const all: LineDocument[][] = [];
  for (const line of lines) {
    const last = all.at(-1);
    if (last && line.execution !== null && last[0]!.execution === line.execution) last.push(line);
    else all.push([line]);
  }
  return all.reverse();
}

/** Of messages and alarms the whole is among the messages. */
function begun(actor: string, text: string): string {
  return actor === 'message' ? firstLines(text, 1) : actor === 'alarm' ? firstLines(text, 2) : text;
}

function firstLines(text: string, count: number): string {
  return text.split('\n', count).join('\n');
}

const SIGNS: Record<LineDocument['mood'], string> = { plain: '', good: '+', bad: '✕', news: '' };

function Group(props: {
  lines: LineDocument[];
  execution: ExecutionDocument | undefined;
  showExecution: (id: string) => void;
}) {
  const { lines, execution, showExecution } = props;
  return (
    <li>
      {lines.map(({ number, time, text, mood, accountId, actor }, index) => (
        <div key={number} class={`line ${mood}`}>
          <time>{clockTime(time)}</time>
          <div>
            {index === 0 && (
              <p class="where">
                {accountId} {!execution && actor !== '' && <span>{actor}</span>}
                {execution && (
                  <button type="button" onClick={() => showExecution(execution.id)}>
                    <Text>{`${execution.workflow} ${execution.about}`}</Text>
                  </button>
                )}
              </p>
            )}
            <p class="text">
              {SIGNS[mood] && <b>{SIGNS[mood]} </b>}
              <Text>{begun(actor, text)}</Text>
            </p>
          </div>
        </div>
      ))}
    </li>
  );
}
