import { useEffect, useState } from 'preact/hooks';
import type { AccountDocument, Deed, Setting, WeatherDocument } from '../protocol.ts';
import { type Chosen, perform, useFetched } from './store.ts';
import { Text } from './text.tsx';

interface Props {
  accounts: ReadonlyMap<string, AccountDocument>;
  weather: WeatherDocument;
  setting: Setting;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
}

const GROUPS: [Deed['group'], string][] = [
  ['account', 'An account'],
  ['vpc', 'A VPC'],
  ['redis-cloud', 'Redis Cloud'],
  ['system', 'The keys, and this system'],
];

/** What somebody may do, and the commands that do the same. */
export function Deeds({ accounts, weather, setting, chosen, choose }: Props) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const members = [...accounts.values()].filter(({ role }) => role === null);
  const account = accounts.get(chosen.accountId ?? '') ?? members.at(-1);
  const vpc = account?.vpcs.find(({ vpcId }) => vpcId === chosen.vpcId) ?? account?.vpcs.at(-1);
  const query = new URLSearchParams({ account: account?.id ?? '', vpc: vpc?.vpcId ?? '' });
  // Fetched anew when something about them changes, or has been done.
  const fetched = useFetched<Deed[]>(
    `/deeds?${query}`,
    JSON.stringify([account, weather.redisCloud, weather.keys, done]),
  );
  // Until those of another VPC are there the buttons stay, and with them the focus.
  const [deeds, setDeeds] = useState(fetched);
  useEffect(() => {
    if (fetched) setDeeds(fetched);
  }, [fetched]);
  const carryOut = (deed: Deed) =>
    perform({ do: 'deed', name: deed.name, accountId: account?.id ?? null, vpcId: vpc?.vpcId ?? null }).then(
      () => {
        setRefusal(null);
        setDone(`Done: ${deed.title}.${' '.repeat((done.length + 1) % 2)}`);
      },
      (error: Error) => setRefusal(error.message),
    );
  return (
    <>
      <p class="targets">
        <label>
          Account{' '}
          <select
            value={account?.id ?? ''}
            onChange={({ currentTarget }) => choose({ accountId: currentTarget.value, vpcId: null })}
          >
            {members.length === 0 && <option value="">none yet</option>}
            {members.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>{' '}
        <label>
          VPC{' '}
          <select
            value={vpc?.vpcId ?? ''}
            onChange={({ currentTarget }) =>
              choose({ accountId: account?.id ?? null, vpcId: currentTarget.value })
            }
          >
            {!vpc && <option value="">none yet</option>}
            {account?.vpcs.map(({ vpcId }) => (
              <option key={vpcId} value={vpcId}>
                {vpcId}
              </option>
            ))}
          </select>
        </label>
      </p>
      <div class="said">
        <p class="good" role="status">
          {refusal === null && done.trim()}
        </p>
        {refusal && (
          <p class="bad" role="alert">
            {refusal}
          </p>
        )}
      </div>
      {GROUPS.map(([group, title]) => (
        <section key={group} class="deeds" aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {deeds
              ?.filter((deed) => deed.group === group)
              .map((deed) => (
                <li key={deed.name}>
                  {/* A button that is disabled loses the focus. */}
                  <button
                    type="button"
                    aria-disabled={deed.impossible !== null}
                    onClick={() => {
                      if (deed.impossible === null) void carryOut(deed);
                    }}
                  >
                    <Text>{deed.title}</Text>
                  </button>
                  {deed.impossible !== null && <small class="muted"> {deed.impossible}</small>}
                  {deed.impossible === null &&
                    (deed.commands.length > 0 ? (
                      <details>
                        <summary aria-label={`The same in a shell: ${deed.title}`}>in a shell</summary>
                        <pre tabIndex={0}>{deed.commands.join('\n')}</pre>
                      </details>
                    ) : (
                      <small class="muted">no command of AWS</small>
                    ))}
                </li>
              ))}
          </ul>
        </section>
      ))}
      <details>
        <summary>Before the commands in your shell</summary>
        <pre tabIndex={0}>
          {`export AWS_ENDPOINT_URL=${setting.awsUrl} AWS_SECRET_ACCESS_KEY=local
export AWS_SESSION_TOKEN=${setting.sessionToken}
export AWS_REGION=${setting.hubRegion} AWS_DEFAULT_REGION=${setting.hubRegion}`}
        </pre>
        <p class="muted">The access key is the id of the account that you act in.</p>
      </details>
    </>
  );
}
