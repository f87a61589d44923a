import type { ComponentChildren } from 'preact';
import { memo } from 'preact/compat';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { AccountDocument, ConnectionDocument, Setting, VpcView, WeatherDocument } from '../protocol.ts';
import { Everybody } from './everybody.tsx';
import { type Line, Lines } from './lines.tsx';
import type { Chosen } from './store.ts';
import { counted } from './words.ts';

/** So many accounts are drawn with their VPCs; of more, those are that something is to be said about. */
const DRAWN = 8;
/** So much of why something has failed; the execution has all of it. */
const MOST_CHARACTERS = 160;

/** What runs about something, by {@link aboutOf}, in words. */
export type UnderWay = ReadonlyMap<string, string>;

export function aboutOf(accountId: string | null, vpcId: string | null): string {
  return `${accountId} ${vpcId}`;
}

interface Props {
  connections: ReadonlyMap<string, ConnectionDocument>;
  accounts: ReadonlyMap<string, AccountDocument>;
  setting: Pick<Setting, 'story' | 'units' | 'system'>;
  weather: WeatherDocument;
  underWay: UnderWay;
  chosen: Chosen;
  /** What is done when something is chosen; missing: nothing can be, as on paper. Then every account is drawn. */
  act?: (chosen: Chosen) => void;
  showExecution?: (id: string) => void;
}

/** Redis Cloud, the accounts and their VPCs, with a line for each endpoint. */
export const OrganizationMap = memo((props: Props) => {
  const { connections, accounts, setting, weather, underWay, chosen, act, showExecution } = props;
  const container = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState('');
  const latest = useLatest(accounts);
  const members = [...accounts.values()].filter(({ role, vpcs }) => role === null || vpcs.length > 0);
  const isLarge = act !== undefined && members.length > DRAWN;
  const found = members.filter(({ id, name, vpcs }) =>
    [id, name, ...vpcs.map(({ vpcId }) => vpcId)].some((text) => text.includes(wanted.trim())),
  );
  const drawn = isLarge
    ? [...found]
        .sort((a, b) => importance(b, latest, chosen) - importance(a, latest, chosen))
        .slice(0, DRAWN)
        .sort((a, b) => a.id.localeCompare(b.id))
    : members;
  const lines = drawn.flatMap(linesOf);
  return (
    <>
      {act && isLarge && (
        <Everybody
          accounts={members}
          found={found}
          drawn={drawn.length}
          wanted={wanted}
          want={setWanted}
          act={act}
        />
      )}
      <div class={drawn.length > 3 ? 'map long' : 'map'} ref={container}>
        <Lines container={container} lines={lines} />
        <ul class="providers" aria-label="Redis Cloud">
          {[...connections.values()].map((connection) => (
            <Provider key={connection.name} connection={connection} weather={weather} />
          ))}
        </ul>
        <ul
          class="accounts"
          aria-label={isLarge ? 'Accounts: the latest, and those with failures' : 'Accounts'}
        >
          {drawn.every(({ vpcs }) => vpcs.length === 0) && setting.story === null && (
            <li class="muted">
              {drawn.length === 0 ? 'No account yet' : 'No VPC yet'}. Choose “Do”, and let one appear.
            </li>
          )}
          {drawn.map((account) => (
            <Account
              key={account.id}
              account={account}
              setting={setting}
              underWay={underWay}
              isChosen={account.id === chosen.accountId}
              act={act}
              showExecution={showExecution}
            />
          ))}
        </ul>
      </div>
    </>
  );
});

/** When each account has last changed, by an own count. */
function useLatest(accounts: ReadonlyMap<string, AccountDocument>): ReadonlyMap<string, number> {
  const memory = useRef({
    count: 0,
    seen: new Map<string, AccountDocument>(),
    at: new Map<string, number>(),
  });
  return useMemo(() => {
    const { seen, at } = memory.current;
    memory.current.count += 1;
    for (const [id, account] of accounts) {
      if (seen.get(id) !== account) at.set(id, memory.current.count);
      seen.set(id, account);
    }
    return at;
  }, [accounts]);
}

function importance(
  { id, problems }: AccountDocument,
  latest: ReadonlyMap<string, number>,
  chosen: Chosen,
): number {
  return (latest.get(id) ?? 0) + (problems.length > 0 ? 1e9 : 0) + (id === chosen.accountId ? 2e9 : 0);
}

/** One for each endpoint, and for each connection that has failed before there was one. */
function linesOf({ vpcs, problems }: AccountDocument): Line[] {
  return vpcs.flatMap(({ vpcId, endpoints }) => {
    const to = `vpc ${vpcId}`;
    const made = endpoints.flatMap(({ id, connection, state }): Line[] =>
      connection === null ? [] : [{ id, from: `connection ${connection}`, to, state: tone(state) }],
    );
    const failed = problems
      .filter((problem) => problem.vpcId === vpcId)
      .map(
        ({ connection, execution }): Line => ({
          id: execution,
          from: `connection ${connection}`,
          to,
          state: 'bad',
        }),
      )
      .filter(({ from }) => !made.some((line) => line.from === from));
    return [...made, ...failed];
  });
}

function tone(state: string): Line['state'] {
  if (state === 'available') return 'good';
  return ['pending', 'pendingAcceptance', 'partial', 'deleting'].includes(state) ? 'warn' : 'bad';
}

const WEATHER: Record<WeatherDocument['redisCloud'], string | null> = {
  well: null,
  slow: 'is slow',
  busy: 'is busy with changes of somebody else',
  limited: 'answers 429',
};

function Provider({ connection, weather }: { connection: ConnectionDocument; weather: WeatherDocument }) {
  const { name, subscriptionId, region, privateLink, isChanging, approval } = connection;
  const trouble = WEATHER[weather.redisCloud];
  return (
    <li class="card provider" data-port={`connection ${name}`}>
      <p class="kind">Redis Cloud</p>
      <h3>{name}</h3>
      <p>
        subscription {subscriptionId}
        <br />
        {region}
      </p>
      {privateLink !== null && (
        <p class={privateLink === 'active' ? 'good' : privateLink === 'none' ? 'muted' : 'warn'}>
          {privateLink === 'none' ? 'no PrivateLink yet' : `PrivateLink ${privateLink}`}
        </p>
      )}
      {isChanging && <p class="warn">is being changed</p>}
      {weather.tasks.length > 0 && <p class="muted">{counted(weather.tasks.length, 'task')} in its queue</p>}
      {approval === 'required' && <p class="muted">a person approves</p>}
      {trouble && <p class="bad">{trouble}</p>}
      {weather.keys === 'revoked' && <p class="bad">the keys are revoked</p>}
    </li>
  );
}

interface AccountProps {
  account: AccountDocument;
  setting: Props['setting'];
  underWay: UnderWay;
  isChosen: boolean;
  act: Props['act'];
  showExecution: Props['showExecution'];
}

const Account = memo(({ account, setting, underWay, isChosen, act, showExecution }: AccountProps) => {
  const { id, name, parentId, state, role, offered, principals, vpcs, problems } = account;
  const own = problems.filter(({ vpcId }) => vpcId === null || !vpcs.some((vpc) => vpc.vpcId === vpcId));
  const isAway = role === null && !setting.units.includes(parentId) && offered.length === 0;
  return (
    <li class={`card account ${isChosen ? 'chosen' : ''} ${problems.length > 0 ? 'troubled' : ''}`}>
      <div class="head">
        <h3>
          <Choice choose={act && (() => act({ accountId: id, vpcId: null }))}>{id}</Choice>
        </h3>
        {(role !== null || name !== `account-${id}`) && (
          <span class="muted">{role === null ? name : `${role} account`}</span>
        )}
        {state !== 'ACTIVE' && <span class="chip bad">{state.toLowerCase()}</span>}
        {isAway && state === 'ACTIVE' && <span class="chip">nothing is offered to it</span>}
        {Object.entries(principals).map(([connection, status]) => (
          <span
            key={connection}
            class={`chip ${/^(associated|active|available|accepted|admitted.*)$/i.test(status) ? 'good' : 'warn'}`}
          >
            {offered.length > 1 || !offered.includes(connection) ? `${connection}: ` : ''}
            {status}
          </span>
        ))}
      </div>
      {underWay.has(aboutOf(id, null)) && <p class="warn">▸ {underWay.get(aboutOf(id, null))}</p>}
      {own.map((problem) => (
        <Trouble key={problem.execution} {...problem} showExecution={showExecution} />
      ))}
      {vpcs.length > 0 && (
        <ul>
          {vpcs.map((vpc) => (
            <Vpc
              key={vpc.vpcId}
              vpc={vpc}
              tagKey={setting.system.tag}
              work={underWay.get(aboutOf(id, vpc.vpcId))}
              problem={problems.find(({ vpcId }) => vpcId === vpc.vpcId)}
              choose={act && (() => act({ accountId: id, vpcId: vpc.vpcId }))}
              showExecution={showExecution}
            />
          ))}
        </ul>
      )}
    </li>
  );
});

function Vpc(props: {
  vpc: VpcView;
  /** Of the tag by which it asks. */
  tagKey: string;
  /** What runs about it. */
  work: string | undefined;
  problem: AccountDocument['problems'][number] | undefined;
  choose: (() => void) | undefined;
  showExecution: Props['showExecution'];
}) {
  const { vpc, tagKey, work, problem, choose, showExecution } = props;
  const { vpcId, name, tag, asks, zones, endpoints } = vpc;
  const mine = endpoints.filter(({ connection }) => connection !== null);
  const inZones = new Set(mine.flatMap((endpoint) => endpoint.zones));
  return (
    <li class="vpc" data-port={`vpc ${vpcId}`}>
      <div class="head">
        <Choice choose={choose}>{vpcId}</Choice>
        {name && <span>{name}</span>}
        {tag !== undefined && (
          <span class={tag !== null && asks.length === 0 ? 'chip bad' : 'chip'}>
            {tag === null ? 'no tag' : `${tagKey}=${tag}`}
          </span>
        )}
        {zones && (
          <span
            class="zones"
            role="img"
            aria-label={zonesInWords(zones, inZones)}
            title={zonesInWords(zones, inZones)}
          >
            {zones.length > 0 && 'zones'}
            {zones.map((zone) => (
              <i key={zone} class={inZones.has(zone) ? 'with' : ''}>
                {zone.slice(-1)}
              </i>
            ))}
          </span>
        )}
      </div>
      {mine.map(({ id, state, detail }) => (
        <p key={id} class={tone(state)}>
          {state === 'available' ? '●' : tone(state) === 'bad' ? '✕' : '◌'} {state} <code>{id}</code>
          {detail && <small> {detail}</small>}
        </p>
      ))}
      {mine.length === 0 && !work && (
        <p class={tag && asks.length === 0 ? 'bad' : 'muted'}>
          {asks.length > 0
            ? zones?.length === 0
              ? '◌ asks for a connection, has no subnets yet'
              : '◌ asks for a connection'
            : tag == null
              ? 'does not ask for a connection'
              : `✕ no connection is called “${tag}”, or it is not offered here`}
        </p>
      )}
      {work && <p class="warn">▸ {work}</p>}
      {problem && <Trouble {...problem} showExecution={showExecution} />}
    </li>
  );
}

function zonesInWords(zones: string[], inZones: ReadonlySet<string>): string {
  if (zones.length === 0) return 'no subnets';
  const all = `subnets in ${zones.join(', ')}`;
  return inZones.size > 0 ? `${all}; endpoint in ${[...inZones].join(', ')}` : all;
}

/** A button where something can be chosen, and else only its name. */
function Choice({ choose, children }: { choose: (() => void) | undefined; children: ComponentChildren }) {
  if (!choose) return <code>{children}</code>;
  return (
    <button type="button" onClick={choose}>
      {children}
    </button>
  );
}

function Trouble(props: AccountDocument['problems'][number] & { showExecution: Props['showExecution'] }) {
  const { error, message, execution, showExecution } = props;
  return (
    <p class="trouble">
      {showExecution ? (
        <button type="button" onClick={() => showExecution(execution)}>
          ✕ {error}
        </button>
      ) : (
        <strong>✕ {error}</strong>
      )}{' '}
      {message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)}…` : message}
    </p>
  );
}
