import * as z from 'zod/mini';
import { tableEnvironment } from '../shared/coordination/table.ts';
import { defineHandler } from '../shared/runtime/handler.ts';
import { validate } from '../shared/runtime/validation.ts';
import { Because } from '../shared/workflows/because.ts';
import { type Connection, configuration } from '../shared/workflows/configuration.ts';
import { readKnownConnections, requireUnchanged } from '../shared/workflows/known-connections.ts';
import { readLeftovers } from '../shared/workflows/leftovers.ts';
import { isAmong } from '../shared/workflows/offer.ts';
import { AccountId, field, lookUp, refusal, VpcId } from '../shared/workflows/request.ts';

const HELD = 'write "all", or a list like ["444455556666/vpc-0a71e831cb5152c43","444455556666"]';

const accountSchema = z.strictObject({
  connection: z.string(),
  accountId: AccountId,
  vpcId: z.optional(VpcId),
  region: z.optional(z.string()),
  onlyOurs: z.optional(z.boolean()),
  because: z.optional(Because),
  released: z.optional(z.boolean()),
});

const things = z.union(
  [
    z.literal('all'),
    z
      .array(z.string().check(z.regex(/^\d{12}(\/vpc-[0-9a-f]{8,17})?$/, HELD)))
      .check(z.minLength(1, HELD), z.maxLength(1_500, 'at most 1500 at one time')),
  ],
  HELD,
);

const answerSchema = z.strictObject({
  connection: z.string(),
  release: z.optional(things),
  refuse: z.optional(things),
  leave: z.optional(things),
});

const wholeSchema = z.strictObject({
  connection: z.string(),
  all: z.literal(true),
  confirm: z.optional(z.unknown()),
});

const unusedSchema = z.strictObject({ connection: z.string(), unused: z.literal(true) });

const ANSWERS = ['release', 'refuse', 'leave'] as const;

/** A request to offboard that has been checked: a VPC, an account, everybody, or a PrivateLink that nobody uses. */
export interface CheckedOffboardRequest {
  connection: Connection;
  /** Null where everybody is to go, and where only the PrivateLink is, which nobody uses. */
  accountId: string | null;
  /** Null where the whole account is to go, or everybody. */
  vpcId: string | null;
  /** Every account of the connection. */
  all: boolean;
  /** An account that this system has not admitted is left alone. */
  onlyOurs: boolean;
  /** Why it was requested without a person; null: by hand. */
  because: Because | null;
  /** A person has released it. */
  released: boolean;
  /** What a person answers to removals that are held, or to what is left; null: it is another request. */
  answer: { action: (typeof ANSWERS)[number]; things: string[] | null } | null;
}

/** A request that is about nobody yet. */
const NOBODY = {
  accountId: null,
  vpcId: null,
  all: false,
  onlyOurs: false,
  because: null,
  released: false,
  answer: null,
} satisfies Omit<CheckedOffboardRequest, 'connection'>;

const ANSWER_EXAMPLE =
  '{"connection":"orders","release":"all"}, or with "refuse", or with "leave" for what is left in accounts; a list in place of "all" names some';

const EXAMPLE =
  '{"connection":"orders","accountId":"444455556666","vpcId":"vpc-0a71e831cb5152c43"} (vpcId may be left out: then the whole account goes; with "onlyOurs":true only if this system has admitted it), or, to offboard everybody, like {"connection":"orders","all":true,"confirm":"orders"}';

const UNUSED_EXAMPLE = '{"connection":"orders","unused":true}';

/**
 * Checks what a person, `dispatch` or `reconcile` wants to be offboarded, and looks the connection up.
 * @throws InvalidRequest listing all problems, with an example of each form.
 */
export function checkOffboardRequest(
  request: unknown,
  connections: readonly Connection[],
): CheckedOffboardRequest {
  if (ANSWERS.some((name) => field(request, name) !== undefined)) {
    return checkAnswer(request, connections);
  }
  const isWhole = ['all', 'confirm'].some((name) => field(request, name) !== undefined);
  const { connection, problems } = lookUp(request, connections);
  if (isWhole) {
    const checked = validate(wholeSchema, request);
    const all = [
      ...(checked.valid ? [] : checked.problems),
      ...problems,
      ...confirmationProblems(field(request, 'confirm'), connection),
    ];
    if (!connection || all.length > 0) throw refusal(all, EXAMPLE);
    return { ...NOBODY, connection, all: true };
  }
  if (field(request, 'unused') !== undefined) {
    const checked = validate(unusedSchema, request);
    const all = [
      ...(checked.valid ? [] : checked.problems),
      ...problems,
      ...(connection?.deletePrivateLinkWhenUnused === false
        ? [
            `unused: connection ${connection.name} keeps its PrivateLink; set deletePrivateLinkWhenUnused of it first`,
          ]
        : []),
    ];
    if (!connection || all.length > 0) throw refusal(all, UNUSED_EXAMPLE);
    // Nobody is looked for, and so nobody is removed.
    return { ...NOBODY, connection, onlyOurs: true };
  }
  const checked = validate(accountSchema, request);
  if (!checked.valid) throw refusal([...checked.problems, ...problems], EXAMPLE);
  if (!connection || problems.length > 0) throw refusal(problems, EXAMPLE);
  const { accountId, vpcId = null, onlyOurs = false, because = null, released = false } = checked.value;
  return { ...NOBODY, connection, accountId, vpcId, onlyOurs, because, released };
}

/** What a person answers to removals that are held, or to what is left. */
function checkAnswer(request: unknown, connections: readonly Connection[]): CheckedOffboardRequest {
  const { connection, problems } = lookUp(request, connections);
  const checked = validate(answerSchema, request);
  const answers = ANSWERS.filter((name) => checked.valid && checked.value[name] !== undefined);
  const all = [
    ...(checked.valid ? [] : checked.problems),
    ...problems,
    ...(answers.length > 1 ? [`${answers[0]}: one of ${ANSWERS.join(', ')}, and not both`] : []),
  ];
  const [action] = answers;
  const given = checked.valid && action ? checked.value[action] : undefined;
  if (!connection || all.length > 0 || !action || given === undefined) throw refusal(all, ANSWER_EXAMPLE);
  return answering(connection, action, given);
}

/** The checked request of whoever answers so, about `all` or these things. */
function answering<C>(connection: C, action: (typeof ANSWERS)[number], given: 'all' | string[]) {
  return { ...NOBODY, connection, answer: { action, things: given === 'all' ? null : given } };
}

function confirmationProblems(confirm: unknown, connection: Connection | undefined): string[] {
  if (!connection) {
    return typeof confirm === 'string' ? [] : ["confirm: must repeat the connection's name"];
  }
  if (confirm === connection.name) return [];
  return [
    `confirm: every account would lose its access to ${connection.name}; if that is what you want, write "confirm":${JSON.stringify(connection.name)}`,
  ];
}

/** What the stack tells this function. */
export const checkOffboardRequestEnvironment = tableEnvironment;

/**
 * The first step of the workflow: `{request}` in, the checked request out. What is connected under the name may be of
 * another subscription than the configuration says: then nothing is looked for where it is not.
 *
 * @throws InvalidRequest listing all problems, or what the connection was before.
 * @throws AwsUnavailable when DynamoDB does not answer.
 */
export const handler = defineHandler(z.object({ request: z.unknown() }), async ({ request }) => {
  const { connections } = configuration();
  const former = await formerOf(request, connections);
  if (former) return checkFormer(request, former);
  const checked = checkOffboardRequest(request, connections);
  await requireUnchanged(checked.connection);
  return checked;
});

/** A connection that is configured no more, and of which something is left. */
interface FormerConnection {
  name: string;
  region: string;
  isFormer: true;
}

/** The connection that a person wants to leave as it is, if it is configured no more and something is known of it. */
async function formerOf(
  request: unknown,
  connections: readonly Connection[],
): Promise<FormerConnection | undefined> {
  const name = field(request, 'connection');
  if (field(request, 'leave') === undefined || typeof name !== 'string') return undefined;
  if (connections.some((one) => isAmong(one, [name]))) return undefined;
  const known = (await readKnownConnections()).get(name);
  const region = known?.region ?? (await readLeftovers(name))[0]?.region;
  return region === undefined ? undefined : { name, region, isFormer: true };
}

function checkFormer(request: unknown, connection: FormerConnection) {
  const checked = validate(answerSchema, request);
  const problems = checked.valid ? [] : checked.problems;
  if (!checked.valid || checked.value.leave === undefined || checked.value.release || checked.value.refuse) {
    throw refusal(
      [
        ...problems,
        `connection ${connection.name} is configured no more: what is left of it can only be left`,
      ],
      `{"connection":"${connection.name}","leave":"all"}`,
    );
  }
  return answering(connection, 'leave', checked.value.leave);
}
