import type { AccountDocument } from '../protocol.ts';
import type { Chosen } from './store.ts';
import { counted } from './words.ts';

/** Many accounts, one small square each. */
export function Everybody(props: {
  accounts: AccountDocument[];
  found: AccountDocument[];
  /** How many of those that were found are drawn below. */
  drawn: number;
  wanted: string;
  want: (text: string) => void;
  act: (chosen: Chosen) => void;
}) {
  const { accounts, found, drawn, wanted, want, act } = props;
  const isFound = new Set(found.map(({ id }) => id));
  const tones = accounts.map(toneOf);
  const count = (tone: string) => tones.filter((one) => one === tone).length;
  return (
    <div class="everybody">
      <p>
        <label>
          Find an account or a VPC{' '}
          <input type="search" value={wanted} onInput={({ currentTarget }) => want(currentTarget.value)} />
        </label>{' '}
        {counted(accounts.length, 'account')}: <span class="good">{count('good')} connected</span>,{' '}
        <span class="warn">{count('warn')} under way</span>, <span class="bad">{count('bad')} failed</span>
        {wanted && `; ${found.length} found`}
      </p>
      {drawn < found.length && (
        <p class="muted">
          {drawn} of them are drawn below, those that have failed and the latest first. Find the others, or
          choose a square.
        </p>
      )}
      {/* Squares are for the eye and the mouse; the search finds the same by keyboard. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search above does the same by keyboard */}
      <svg
        viewBox={`0 0 50 ${Math.ceil(accounts.length / 50)}`}
        role="img"
        aria-label={`${accounts.length} accounts: ${count('good')} connected, ${count('warn')} under way, ${count('bad')} failed`}
        onClick={({ target }) => {
          const { id } = (target as SVGElement).dataset;
          if (id) act({ accountId: id, vpcId: null });
        }}
      >
        {accounts.map(({ id }, index) => (
          <rect
            key={id}
            data-id={id}
            class={`${tones[index]} ${isFound.has(id) ? '' : 'other'}`}
            x={(index % 50) + 0.08}
            y={Math.floor(index / 50) + 0.08}
            width=".84"
            height=".84"
            rx={tones[index] === 'bad' ? '.42' : '.15'}
          />
        ))}
      </svg>
    </div>
  );
}

function toneOf({ vpcs, problems, principals }: AccountDocument): string {
  if (problems.length > 0) return 'bad';
  const states = vpcs.flatMap(({ endpoints }) => endpoints.map(({ state }) => state));
  if (
    states.some((state) => state !== 'available') ||
    vpcs.some(({ asks, endpoints }) => asks.length > endpoints.length)
  ) {
    return 'warn';
  }
  return states.length > 0 ? 'good' : Object.keys(principals).length > 0 ? 'admitted' : 'none';
}
