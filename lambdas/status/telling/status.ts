import type { Subnet } from '@aws-sdk/client-ec2';
import { chooseSubnets } from '../../aws/resources/subnets.ts';
import { needsIpv6 } from '../../aws/resources/vpcs.ts';
import { SubnetsNotReady } from '../../shared/errors.ts';
import { meantConnection } from '../../shared/workflows/asked-names.ts';
import { messageOf } from '../../shared/workflows/cause.ts';
import type { Connection } from '../../shared/workflows/configuration.ts';
import { latestOf, type Noted } from '../../shared/workflows/noted.ts';
import { type Account, asksFor, isAmong, offerTo } from '../../shared/workflows/offer.ts';
import { names } from '../../shared/workflows/vpc-tag.ts';

/** What the table has of a VPC and a connection. */
export interface Recorded {
  connection: string;
  /** ISO time. */
  at: string;
  /** The endpoint, once it is there. */
  vpcEndpointId?: string | undefined;
}

/** How the latest execution ended that did not end well. */
export interface Failed extends Pick<Recorded, 'connection' | 'at'> {
  /** As Step Functions has it: `FAILED`, `TIMED_OUT`, `ABORTED`. */
  status: string;
  error: string;
  cause: string;
}

/** Whether a person has approved, for a connection that asks for it: `asked`, `approved` or `refused`. */
export interface Approved extends Pick<Recorded, 'connection'> {
  state: string;
}

/** What a VPC's status depends on. */
export interface Facts {
  accountId: string;
  region: string;
  vpcId: string;
  /** The value of the tag that asks for connections; null: it has none. */
  tag: string | null;
  isDefault: boolean;
  subnets: Subnet[];
  recorded: readonly Recorded[];
  failed: readonly Failed[];
  approved: readonly Approved[];
  /** The connections for which `dispatch` has just called: it has found them offered to the account. */
  planned: readonly string[];
  noted: Noted;
  account: Account;
  /** ISO time at which it was asked for: what failed before is past. Null: any failure counts. */
  since: string | null;
}

const NOT_OFFERED = 'not offered to this account';

/** "Tag restrictions" (EC2 User Guide). */
const LONGEST = 256;
/** Behind a text that is cut, before the name of the parameter that has the whole. */
const CUT = '...';
/** What tags of all services take ("Tag naming and usage conventions", Tagging AWS Resources). */
const OTHERS = /[^\p{L}\p{Zs}\p{N}_.:/=+\-@]+/gu;

/**
 * What whoever tags a VPC is to know of it: `connected vpce-…`, `waiting for subnets in 2 zones`,
 * `failed PreconditionFailed: …`. With several connections each begins with its name. Null: there is nothing to say.
 */
export function statusOf(facts: Facts, connections: readonly Connection[]): string | null {
  const asked = names(facts.tag ?? '');
  const here = connections.filter(({ region }) => region === facts.region);
  const isAsked = (connection: Connection) => asksFor(connection, facts.tag, facts.isDefault);
  const parts: { name: string | null; text: string }[] = [
    ...asked
      .flatMap((name) => misnamed(name, facts.region, connections))
      .map((text) => ({ name: null, text })),
    ...here.filter(isAsked).flatMap((connection) => {
      const text = standOf(connection, facts);
      // What takes every VPC was not asked for here, so that it does not mean this one is no news.
      if (text === NOT_OFFERED && !isAmong(connection, asked)) return [];
      return [{ name: connection.newName ?? connection.name, text }];
    }),
    ...facts.recorded
      .filter(({ connection }) => !here.some((one) => one.name === connection && isAsked(one)))
      .map(({ connection }) => ({ name: connection, text: 'to be disconnected' })),
  ];
  if (parts.length === 0) return null;
  const isOne = parts.length === 1;
  return parts.map(({ name, text }) => (name === null || isOne ? text : `${name} ${text}`)).join(' / ');
}

/**
 * Whether the status depends on what Organizations says of the account. Each new VPC is told of several times within
 * minutes, and Organizations answers few questions a second.
 */
export function dependsOnAccount(facts: Omit<Facts, 'account'>, connections: readonly Connection[]): boolean {
  const { region, tag, isDefault, recorded, failed, planned } = facts;
  return connections
    .filter((connection) => connection.region === region && asksFor(connection, tag, isDefault))
    .some(({ name }) => {
      const isIt = (one: { connection: string }) => one.connection === name;
      if (recorded.some((one) => isIt(one) && one.vpcEndpointId !== undefined)) return false;
      return failed.some(isIt) || !planned.includes(name);
    });
}

/** Names in the tag that mean no connection of the Region. */
function misnamed(name: string, region: string, connections: readonly Connection[]): string[] {
  const connection = connections.find((one) => isAmong(one, [name]));
  if (connection?.region === region) return [];
  if (connection) return [`wrong Region: ${name} is in ${connection.region}`];
  const meant = meantConnection(name, connections);
  return [`unknown connection ${name.slice(0, 64)}${meant === undefined ? '' : ` - did you mean ${meant}`}`];
}

/** How it stands with a connection for which the VPC asks. */
function standOf(connection: Connection, facts: Facts): string {
  const { name } = connection;
  const record = facts.recorded.find((one) => one.connection === name);
  const failure = facts.failed.find((one) => one.connection === name && isCounted(one, record, facts));
  const why = failure && `failed ${failureOf(failure)}`;
  if (record?.vpcEndpointId !== undefined) {
    return `connected ${record.vpcEndpointId}${why ? ` - ${why}` : ''}`;
  }
  const place = { accountId: facts.accountId, connection: name, vpcId: facts.vpcId };
  if (latestOf(facts.noted, place)?.kind === 'refusal') return 'disconnected by hand';
  if (offerTo(connection, facts.account).answer === 'no') return NOT_OFFERED;
  if (why) return why;
  if (connection.approval === 'required') {
    const { state } = facts.approved.find((one) => one.connection === name) ?? {};
    if (state === 'refused') return 'refused by an approver';
    if (state !== 'approved') return 'waiting for approval';
  }
  return lacksSubnets(connection, facts) ?? 'connecting';
}

/** Whether nothing has come after it: neither the connection, nor what asks for it now. */
function isCounted({ at }: Failed, record: Recorded | undefined, { since }: Facts): boolean {
  return at > (record?.at ?? '') && (since === null || Date.parse(at) >= Date.parse(since));
}

function failureOf({ status, error, cause }: Failed): string {
  if (status === 'ABORTED') return 'because somebody stopped it';
  if (status === 'TIMED_OUT') return 'because it took too long';
  return cause === '-' ? error : `${error}: ${messageOf(cause)}`;
}

/** What the endpoint waits for, as far as it is subnets. */
function lacksSubnets(connection: Connection, { vpcId, subnets }: Facts): string | null {
  const { contract, endpoint } = connection;
  try {
    const { subnets: wanted, ipAddressType } = endpoint;
    chooseSubnets(subnets, { vpc: vpcId, contract, subnets: wanted, offered: null, ipAddressType });
    return null;
  } catch (error) {
    if (!(error instanceof SubnetsNotReady)) throw error;
    const { minimumZones } = endpoint.subnets;
    const addresses = needsIpv6(endpoint.ipAddressType) ? ' with IPv6 addresses' : '';
    return `waiting for subnets${addresses} in ${minimumZones} ${minimumZones === 1 ? 'zone' : 'zones'}`;
  }
}

/**
 * The status in a tag's characters.
 *
 * @param parameter the name of the parameter that has the whole, where the tag has no room for it: the tag ends with it.
 *   Null: none has.
 */
export function inTag(status: string, parameter: string | null): string {
  const allowed = status
    .toWellFormed()
    .replace(OTHERS, ' ')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  const characters = [...allowed];
  if (characters.length <= LONGEST) return allowed;
  const end = parameter === null ? CUT : `${CUT} ${parameter}`;
  return `${characters.slice(0, LONGEST - end.length).join('')}${end}`;
}
