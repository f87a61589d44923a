import type { AccountDocument, MailedMap, VpcView } from '../../page/protocol.ts';
import { message } from './causes.ts';
import { minute } from './printed.ts';
import { counted, type Recorded, type Status } from './status.ts';

type Connection = Status['connections'][number];

/** What the page's map shows of a connection, of what is recorded. Nobody has looked at tags and zones. */
export function mapOf(connection: Connection, { failures, running, waiting }: Status): MailedMap {
  const { name, subscriptionId, region, contract } = connection;
  const about = <T extends { connection: string }>(all: readonly T[]) =>
    all.filter((one) => one.connection === name);
  const places = running.flatMap(({ workflow, place, state }) =>
    place === null ? [] : [{ ...place, text: state === null ? workflow : `${workflow}: ${state}` }],
  );
  return {
    connection: {
      name,
      subscriptionId,
      region,
      contract,
      vpcs: 'tagged',
      approval: 'none',
      privateLink: null,
      isChanging: waiting.locks.some(
        (lock) => lock.subscriptionId === String(subscriptionId) && lock.holder !== null,
      ),
    },
    accounts: accountsOf(connection, about(failures)),
    underWay: about(places),
  };
}

/** Those that are recorded, and those in which only something has failed. */
function accountsOf({ name, region, accounts }: Connection, failures: Status['failures']): AccountDocument[] {
  const ids = new Set([...accounts, ...failures].map(({ accountId }) => accountId).filter((id) => id !== ''));
  return [...ids].sort().map((id) => {
    const recorded = accounts.find(({ accountId }) => accountId === id);
    const admitted = recorded?.admittedAt
      ? `admitted ${minute(recorded.admittedAt)}`
      : 'not recorded as admitted';
    return {
      id,
      name: `account-${id}`,
      parentId: '',
      state: 'ACTIVE',
      role: null,
      offered: [name],
      principals: { [name]: admitted },
      vpcs: (recorded?.vpcs ?? []).map((vpc) => vpcOf(vpc, region)),
      problems: failures
        .filter(({ accountId }) => accountId === id)
        .map(({ connection, vpcId, error, status, cause, execution }) => ({
          connection,
          vpcId,
          error: error === '-' ? status : error,
          message: message(cause),
          execution,
        })),
    };
  });
}

function vpcOf(
  { vpcId, vpcEndpointId, connection, names, missing, isInDoubt }: Recorded,
  region: string,
): VpcView {
  const isWhole = names > 0 && missing === 0 && !isInDoubt;
  const detail = isWhole
    ? `connected: ${counted(names, 'name')}`
    : `${counted(names, 'name')}, ${isInDoubt ? 'in doubt' : `${missing} missing`}`;
  const endpoint = {
    id: vpcEndpointId ?? '',
    connection,
    state: isWhole ? 'available' : 'partial',
    zones: [],
    detail,
  };
  return {
    vpcId: vpcId ?? '',
    region,
    name: null,
    cidrBlock: '',
    asks: [connection],
    subnets: [],
    endpoints: vpcEndpointId === null ? [] : [endpoint],
  };
}
