import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import type { MessageDocument } from '../protocol.ts';
import { perform } from './store.ts';
import { clockTime } from './words.ts';

/** What the topic sends to operators. A question can be answered here. */
export const Messages = memo(({ messages }: { messages: ReadonlyMap<string, MessageDocument> }) => {
  const all = [...messages.values()].reverse();
  return (
    <>
      <p class="muted">
        {all.length === 0
          ? 'None yet. Operators get failures, alarms and questions.'
          : 'As operators get them.'}
      </p>
      <ol class="messages">
        {all.map((message) => (
          <li key={message.number} class="card">
            <h3>
              <time>{clockTime(message.time)}</time> {message.subject}
            </h3>
            {message.approval && <Approval message={message} />}
            <details open={message.approval === 'open'}>
              <summary>Text</summary>
              <pre tabIndex={0}>{message.text}</pre>
            </details>
          </li>
        ))}
      </ol>
    </>
  );
});

const ANSWERS = { approved: 'Approved.', refused: 'Refused.', over: 'Nobody waits for an answer any more.' };

function Approval({ message: { number, approval, subject } }: { message: MessageDocument }) {
  const [by, setBy] = useState('');
  const [why, setWhy] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  if (approval !== 'open') return <p class="muted">{ANSWERS[approval!]}</p>;
  const answer = (isApproved: boolean) =>
    perform({ do: 'answer', message: number, isApproved, by, why }).catch((error: Error) =>
      setRefusal(error.message),
    );
  return (
    <form aria-label={subject} onSubmit={(event) => event.preventDefault()}>
      <label>
        Your name{' '}
        <input value={by} onInput={({ currentTarget }) => setBy(currentTarget.value)} autocomplete="name" />
      </label>
      <label>
        Why <input value={why} onInput={({ currentTarget }) => setWhy(currentTarget.value)} />
      </label>
      <button type="button" class="main" onClick={() => void answer(true)}>
        Approve
      </button>{' '}
      <button type="button" onClick={() => void answer(false)}>
        Refuse
      </button>
      {refusal && (
        <p class="bad" role="alert">
          {refusal}
        </p>
      )}
    </form>
  );
}
