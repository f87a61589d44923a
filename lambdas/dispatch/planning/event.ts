import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { MalformedEvent } from '../../shared/errors.ts';
import { isDeeperThan } from '../../shared/runtime/depth.ts';
import { SYSTEM, TAG } from '../../shared/runtime/system.ts';
import { plain } from '../../shared/runtime/text.ts';
import { names } from '../../shared/workflows/vpc-tag.ts';
import { EventTime } from './event-time.ts';

/** What an event says has happened, as far as this system cares. */
export type Change =
  /** The account appeared, or moved: connections may be offered to it now, and others not any more. */
  | { kind: 'account'; accountId: string }
  /** The account was closed, removed or has departed. */
  | { kind: 'account-left'; accountId: string }
  /** The VPC appeared, or its tag changed (`retagged`): `names` is what the tag asks for. */
  | {
      kind: 'vpc';
      accountId: string;
      region: string;
      vpcId: string;
      names: string[];
      retagged: boolean;
      /** Whether AWS has made it for the account; null where the event does not say. */
      isDefault?: boolean | null | undefined;
    }
  /** The VPC got another block of addresses, which its connections are to let in. */
  | { kind: 'vpc-grown'; accountId: string; region: string; vpcId: string }
  /** The VPC is gone; or somebody tries to delete it and something is in the way (`refused`), which may be our endpoint. */
  | { kind: 'vpc-left'; accountId: string; region: string; vpcId: string; refused: boolean };

/** A change, or why the event calls for nothing. */
export type ParsedEvent = { change: Change } | { change: null; reason: string };

/** What is quoted from an event is cut to this many characters: an event can be as large as a state. */
const LONGEST_QUOTE = 100;
/** An event can have thousands of mistakes; these many say enough. */
const MAX_PROBLEMS = 5;
/** How far another clock may be ahead of this one, in milliseconds. */
const AHEAD_MS = 5 * 60 * 1000;
/** AWS's own events have some ten levels. */
const MAX_LEVELS = 100;

const accountId = z.string().check(z.regex(/^\d{12}$/));
const vpcId = z.string().check(z.regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/));
/** As long as EC2 lets it be ("Tag restrictions", EC2 User Guide). */
const tagValue = z.string().check(z.maxLength(256));
const tags = z.array(z.object({ key: z.string(), value: z.optional(tagValue) }));

const envelope = z.object({
  source: z.string(),
  'detail-type': z.string(),
  account: accountId,
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d+$/)),
  time: EventTime,
  resources: z._default(z.array(z.string()), []),
  detail: z.looseObject({
    eventName: z.optional(z.string()),
    errorCode: z.optional(z.unknown()),
    /** When it was asked for, as CloudTrail says. */
    eventTime: z.optional(z.string()),
    /** The account in which CloudTrail saw it. */
    recipientAccountId: z.optional(accountId),
  }),
});
type Event = z.infer<typeof envelope>;

const finished = z.object({ state: z.string(), accountId: z.optional(accountId) });

const createdVpc = z.object({
  vpcId,
  isDefault: z.optional(z.boolean()),
  tagSet: z.optional(z.object({ items: z.optional(tags) })),
});

const vpcTags = z.object({
  requestParameters: z.object({
    resourcesSet: z.object({ items: z.array(z.object({ resourceId: z.string() })) }),
    tagSet: z.object({ items: tags }),
  }),
});

const foundVpc = z.object({ vpcId, tag: z.optional(tagValue), isDefault: z.boolean() });

const tagChange = z.object({
  'changed-tag-keys': z.array(z.string()),
  tags: z.record(z.string(), tagValue),
});

/**
 * Reads an EventBridge event. Kinds and fields: AWS Control Tower, Organizations and EC2 through CloudTrail, and
 * `aws.tag`. An event of a kind that this system does not use, or that reports something that failed, is no
 * change.
 *
 * @param now milliseconds since the epoch
 * @throws MalformedEvent when an event of a known kind lacks what that kind promises, or is of the future: it would win
 *   over all events that come until then.
 */
export function readEvent(input: unknown, now: number): ParsedEvent {
  if (isDeeperThan(MAX_LEVELS, input)) {
    throw new MalformedEvent(
      `The event has lists and objects in one another more than ${MAX_LEVELS} times. It is kept in the dead-letter queue. AWS sends none like it: find out who did.`,
    );
  }
  const event = part(envelope, withoutNulls(input), 'the event');
  const read = readers[`${event.source} ${event.detail.eventName ?? event['detail-type']}`];
  if (!read) {
    return none(`${quoted(`${event.source} ${event.detail.eventName ?? event['detail-type']}`)} is not used`);
  }
  if (Date.parse(event.time) > now + AHEAD_MS) {
    throw new MalformedEvent(
      `The event says that it is of ${event.time}, which is in the future. It is kept in the dead-letter queue. Find out whose clock is wrong, or who has made it up.`,
    );
  }
  const { errorCode, eventName } = event.detail;
  // Refused because something is in the way, which may be our endpoint.
  const isBlocked = errorCode === 'Client.DependencyViolation' && eventName === 'DeleteVpc';
  if (errorCode !== undefined && !isBlocked)
    return none(
      `the call failed: ${quoted(typeof errorCode === 'string' ? errorCode : JSON.stringify(errorCode))}`,
    );
  return read(event);
}

/**
 * When it has happened: as CloudTrail says, or the service whose event it is. Never later than the event itself.
 * @returns ISO time, to the second as a rule
 */
export function timeOf(input: unknown): string {
  const { time, detail } = part(envelope, withoutNulls(input), 'the event');
  const happened = Math.min(
    ...[time, detail.eventTime ?? time].map(Date.parse).filter((at) => !Number.isNaN(at)),
  );
  return new Date(happened).toISOString();
}

/**
 * A short name for what the event reports. A redelivered event has the same one, whatever id it is delivered
 * under; another event has another, because the details carry their own time or version.
 */
export function fingerprint(input: unknown): string {
  const { source, account, region, resources, detail } = part(envelope, withoutNulls(input), 'the event');
  return createHash('sha256')
    .update(JSON.stringify([source, account, region, resources, detail]))
    .digest('hex')
    .slice(0, 12);
}

/** The account that the event comes from, as EventBridge says it. */
export function accountOf(input: unknown): string {
  return part(envelope, withoutNulls(input), 'the event').account;
}

/** AWS writes null for what there is none of, or leaves it out: either is nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!(value instanceof Object)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNulls(member)]));
}

/** How this system tells itself of a VPC that it has come upon in an account to which it is new. */
export const FOUND = { source: SYSTEM, detailType: 'VPC Found' };

/** Whether the event tells what there is and not what somebody has done: it undoes nothing that was done by hand. */
export function isFound(input: unknown): boolean {
  return part(envelope, withoutNulls(input), 'the event').source === FOUND.source;
}

const readers: Record<string, (event: Event) => ParsedEvent> = {
  'aws.controltower CreateManagedAccount': (event) => managedAccount(event, 'createManagedAccountStatus'),
  'aws.controltower UpdateManagedAccount': (event) => managedAccount(event, 'updateManagedAccountStatus'),

  'aws.organizations CreateAccountResult': (event) => {
    const status = part(
      z.object({ serviceEventDetails: z.object({ createAccountStatus: finished }) }),
      event.detail,
      'detail',
    ).serviceEventDetails.createAccountStatus;
    if (status.state !== 'SUCCEEDED') return none(`the account was not created: ${quoted(status.state)}`);
    return account(
      part(accountId, status.accountId, 'detail.serviceEventDetails.createAccountStatus.accountId'),
    );
  },
  'aws.organizations CloseAccountResult': (event) => {
    const status = part(
      z.object({ serviceEventDetails: z.object({ closeAccountStatus: finished }) }),
      event.detail,
      'detail',
    ).serviceEventDetails.closeAccountStatus;
    if (status.state !== 'SUCCEEDED') return none(`the account was not closed: ${quoted(status.state)}`);
    return left(part(accountId, status.accountId, 'detail.serviceEventDetails.closeAccountStatus.accountId'));
  },
  'aws.organizations MoveAccount': (event) => account(requestedAccount(event)),
  'aws.organizations RemoveAccountFromOrganization': (event) => left(requestedAccount(event)),
  'aws.organizations AcceptHandshake': (event) => account(memberNamed(event)),
  // No sample of these two is published.
  'aws.organizations AccountJoinedOrganization': (event) => account(memberNamed(event)),
  'aws.organizations AccountDepartedOrganization': (event) => left(memberNamed(event)),

  'aws.ec2 CreateVpc': (event) =>
    createdVpcChange(
      event,
      part(z.object({ responseElements: z.object({ vpc: createdVpc }) }), event.detail, 'detail')
        .responseElements.vpc,
    ),
  'aws.ec2 CreateDefaultVpc': (event) => {
    const created = part(
      z.object({ responseElements: z.looseObject({}) }),
      event.detail,
      'detail',
    ).responseElements;
    const wrapped = created.CreateDefaultVpcResponse as { vpc?: unknown } | undefined;
    return createdVpcChange(
      event,
      part(createdVpc, wrapped?.vpc ?? created.vpc, 'detail.responseElements…vpc'),
    );
  },
  'aws.ec2 AssociateVpcCidrBlock': (event) => ({
    change: { kind: 'vpc-grown', accountId: ownerOf(event), region: event.region, vpcId: vpcNamed(event) },
  }),
  'aws.ec2 CreateTags': (event) => {
    const { resourcesSet, tagSet } = part(vpcTags, event.detail, 'detail').requestParameters;
    const tag = tagSet.items.find(({ key }) => key === TAG);
    const vpcs = resourcesSet.items.filter(({ resourceId }) => resourceId.startsWith('vpc-'));
    if (!tag || vpcs.length === 0) return none(`no VPC was tagged with ${TAG}`);
    if (vpcs.length > 1) return none('several VPCs were tagged at once; each has its own aws.tag event');
    return retagged(event, part(vpcId, vpcs[0]?.resourceId, 'resourceId'), names(tag.value));
  },
  'aws.ec2 DeleteTags': (event) => {
    const { resourcesSet, tagSet } = part(vpcTags, event.detail, 'detail').requestParameters;
    const vpcs = resourcesSet.items.filter(({ resourceId }) => resourceId.startsWith('vpc-'));
    if (!tagSet.items.some(({ key }) => key === TAG) || vpcs.length === 0) return none(`no VPC lost ${TAG}`);
    if (vpcs.length > 1) return none('several VPCs lost tags at once; each has its own aws.tag event');
    return retagged(event, part(vpcId, vpcs[0]?.resourceId, 'resourceId'), []);
  },
  'aws.ec2 DeleteVpc': (event) => {
    const { requestParameters } = part(
      z.object({ requestParameters: z.object({ vpcId }) }),
      event.detail,
      'detail',
    );
    const refused = event.detail.errorCode !== undefined;
    return {
      change: {
        kind: 'vpc-left',
        accountId: ownerOf(event),
        region: event.region,
        ...requestParameters,
        refused,
      },
    };
  },

  [`${FOUND.source} ${FOUND.detailType}`]: (event) => {
    const found = part(foundVpc, event.detail, 'detail');
    return vpc(event, found.vpcId, names(found.tag), { retagged: false, isDefault: found.isDefault });
  },

  'aws.tag Tag Change on Resource': (event) => {
    const resource = /^arn:[a-z-]+:ec2:([^:]+):(\d{12}):vpc\/(.+)$/.exec(event.resources[0] ?? '');
    if (!resource) return none('the tag is not on a VPC');
    const [, region = '', owner = '', id] = resource;
    mustSpeakFor(event, owner, region);
    const change = part(tagChange, event.detail, 'detail');
    if (!change['changed-tag-keys'].includes(TAG)) return none(`the tag ${TAG} did not change`);
    return retagged(
      event,
      part(vpcId, id, 'resources[0]'),
      names(Object.hasOwn(change.tags, TAG) ? change.tags[TAG] : ''),
    );
  },
};

function managedAccount(
  event: Event,
  key: 'createManagedAccountStatus' | 'updateManagedAccountStatus',
): ParsedEvent {
  const status = part(
    z.object({
      serviceEventDetails: z.object({
        [key]: z.object({ state: z.string(), account: z.object({ accountId }) }),
      }),
    }),
    event.detail,
    'detail',
  ).serviceEventDetails[key];
  if (status?.state !== 'SUCCEEDED') return none(`Control Tower reports ${quoted(String(status?.state))}`);
  return account(status.account.accountId);
}

function requestedAccount(event: Event): string {
  return part(z.object({ requestParameters: z.object({ accountId }) }), event.detail, 'detail')
    .requestParameters.accountId;
}

/** The member account that the event is about, wherever the event names it; the organization's own is not it. */
function memberNamed(event: Event): string {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (!(value instanceof Object) || depth > 6) return;
    for (const [key, inner] of Object.entries(value)) {
      const isParty = key === 'id' && Reflect.get(value, 'type') === 'ACCOUNT';
      if ((key === 'accountId' || isParty) && typeof inner === 'string' && /^\d{12}$/.test(inner)) {
        if (inner !== event.account) found.add(inner);
      } else look(inner, depth + 1);
    }
  };
  const { serviceEventDetails, requestParameters, responseElements } = event.detail;
  look({ serviceEventDetails, requestParameters, responseElements }, 0);
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) {
    throw new MalformedEvent(
      `The event ${event.detail.eventName} does not name one member account. It is kept in the dead-letter queue; the next reconciliation finds the account.`,
    );
  }
  return first;
}

/** The VPC that a call is about. No sample is published, and newer calls of EC2 have a wrapper of their own name. */
function vpcNamed({ detail }: Event): string {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (!(value instanceof Object) || depth > 6) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/^vpcid$/i.test(key) && vpcId.safeParse(inner).success) found.add(String(inner));
      else look(inner, depth + 1);
    }
  };
  look({ ...detail, userIdentity: undefined }, 0);
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  throw new MalformedEvent(
    `The event ${detail.eventName} does not name one VPC. It is kept in the dead-letter queue; the next reconciliation looks at each VPC.`,
  );
}

function createdVpcChange(event: Event, created: z.infer<typeof createdVpc>): ParsedEvent {
  const asked = names(created.tagSet?.items?.find(({ key }) => key === TAG)?.value);
  const isDefault = event.detail.eventName === 'CreateDefaultVpc' || created.isDefault;
  return vpc(event, created.vpcId, asked, { retagged: false, isDefault: isDefault ?? null });
}

function account(id: string): ParsedEvent {
  return { change: { kind: 'account', accountId: id } };
}

function left(id: string): ParsedEvent {
  return { change: { kind: 'account-left', accountId: id } };
}

/** The account of a VPC that an event is about. */
function ownerOf(event: Event): string {
  mustSpeakFor(event, event.detail.recipientAccountId ?? event.account, event.region);
  return event.account;
}

/** EventBridge itself says where an event is from. What an account reports is true only of itself. */
function mustSpeakFor({ account, region }: Event, owner: string, place: string): void {
  if (account === owner && region === place) return;
  throw new MalformedEvent(
    `The event comes from account ${account} in ${region}, and speaks of account ${owner} in ${quoted(place)}. It is kept in the dead-letter queue. If this account was not meant to send it, find out who did.`,
  );
}

function retagged(event: Event, id: string, asked: string[]): ParsedEvent {
  return vpc(event, id, asked, { retagged: true });
}

function vpc(
  event: Event,
  id: string,
  asked: string[],
  more: { retagged: true } | { retagged: false; isDefault: boolean | null },
): ParsedEvent {
  const { region } = event;
  return { change: { kind: 'vpc', accountId: ownerOf(event), region, vpcId: id, names: asked, ...more } };
}

function quoted(text: string): string {
  return plain(text, LONGEST_QUOTE);
}

function none(reason: string): ParsedEvent {
  return { change: null, reason };
}

function part<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => `${quoted([what, ...path].join('.'))}: ${message || 'not as expected'}`);
  throw new MalformedEvent(
    `The event is not of the form that its kind promises: ${problems.join('; ')}. It is kept in the dead-letter queue; if AWS has changed the form, lambdas/dispatch/planning/event.ts must learn it.`,
  );
}
