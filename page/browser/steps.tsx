import type { ExecutionDetail } from '../protocol.ts';
import { clockTime, duration } from './words.ts';

/** The history: which states, when, for how long, after how many attempts. */
export function Steps({ detail }: { detail: ExecutionDetail }) {
  const { steps, left, input, output } = detail;
  return (
    <details class="steps">
      <summary>
        History: {steps.length + left} steps{left > 0 ? `, of which the last ${steps.length} are shown` : ''}
      </summary>
      <section class="scroll" tabIndex={0} aria-label="History">
        <table>
          <thead>
            <tr>
              <th scope="col">entered</th>
              <th scope="col">state</th>
              <th scope="col">took</th>
              <th scope="col">attempts</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ state, entered, left: leftAt, attempts, error, message }) => (
              <tr key={`${entered} ${state}`}>
                <td>{clockTime(entered)}</td>
                <td>
                  {state}
                  {error && leftAt === null && (
                    <p class="bad">
                      {error}: {message}
                    </p>
                  )}
                </td>
                <td>{leftAt === null ? '' : duration(leftAt - entered)}</td>
                <td>
                  {attempts}
                  {attempts > 1 && error ? ` (${error})` : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <h4>Input</h4>
        <pre>{pretty(input)}</pre>
        {output !== null && (
          <>
            <h4>Output</h4>
            <pre>{pretty(output)}</pre>
          </>
        )}
      </section>
    </details>
  );
}

function pretty(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
