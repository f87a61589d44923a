import { useState } from 'preact/hooks';
import type { ExecutionDetail, ExecutionDocument } from '../protocol.ts';
import { perform, useFetched } from './store.ts';

/** Why an execution has failed, what the runbook says of it, and how it goes on. */
export function Failure(props: { execution: ExecutionDocument; detail: ExecutionDetail | undefined }) {
  const { execution, detail } = props;
  const { id, error, message, section, isMended } = execution;
  const runbook = useFetched<{ title: string; html: string }>(`/runbook/${section}`);
  const [refusal, setRefusal] = useState<string | null>(null);
  return (
    <section class={`failure ${isMended ? 'mended' : ''}`} aria-label="Failure">
      <h4>✕ {error}</h4>
      {message && <p class="cause">{message}</p>}
      <p class="way-out">
        <button
          type="button"
          class="main"
          onClick={() => {
            perform({ do: 'redrive', execution: id }).then(
              () => {
                setRefusal(null);
                // This goes, and must not take the focus along.
                document.getElementById('execution-title')?.focus();
              },
              (failure: Error) => setRefusal(failure.message),
            );
          }}
        >
          ↻ Redrive
        </button>
        <span>
          {isMended
            ? 'A later execution is at it, or has done it.'
            : 'Mend the cause first. It goes on at the step that failed.'}
        </span>
      </p>
      {detail && (
        <details>
          <summary aria-label="Redrive it in a shell">in a shell</summary>
          <pre tabIndex={0}>{detail.redriveCommands.join('\n')}</pre>
        </details>
      )}
      {refusal && (
        <p class="bad" role="alert">
          {refusal}
        </p>
      )}
      {runbook && (
        <details open class="runbook">
          <summary>The runbook: {runbook.title}</summary>
          <div dangerouslySetInnerHTML={{ __html: runbook.html }} />
        </details>
      )}
    </section>
  );
}
