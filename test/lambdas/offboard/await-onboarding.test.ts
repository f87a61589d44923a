import { DeleteItemCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/offboard/await-onboarding.ts';
import { awaitOffboarding } from '../../../lambdas/onboard/waiting/await-offboarding.ts';

const ACCOUNT = '444455556666';
const VPC = 'vpc-0a71e831cb5152c43';
const OTHER_VPC = 'vpc-0b82f942dc6263d54';
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:redis-privatelink-onboard';
const BEFORE = '2026-11-23T11:00:00.000Z';
const SINCE = '2026-11-23T12:00:00.000Z';
const AFTER = '2026-11-23T13:00:00.000Z';

process.env.STATE_MACHINE_ARN = MACHINE;
process.env.TABLE_NAME = 'hub';
process.env.AWS_REGION = 'eu-west-1';
process.env.AWS_ACCESS_KEY_ID = 'AKIAHUB';
process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-the-hub';
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

interface Execution {
  name: string;
  startedAt: string;
  redrivenAt?: string;
  status?: string;
  input?: unknown;
}

let executions: Execution[] = [];
let failure: Error | undefined;
let described: string[] = [];
const PAGE = 3;

/** Step Functions, as far as it is asked: executions in pages of three, each described by its ARN. */
Object.defineProperty(SFNClient.prototype, 'send', {
  writable: true,
  value: async (command: object) => {
    if (failure) throw failure;
    if (command instanceof ListExecutionsCommand) {
      order.push('list');
      const { stateMachineArn, statusFilter, nextToken = '0' } = command.input;
      expect([stateMachineArn, statusFilter]).toEqual([MACHINE, 'RUNNING']);
      const running = executions.filter(({ status = 'RUNNING' }) => status === 'RUNNING');
      const next = Number(nextToken) + PAGE;
      return {
        executions: running.slice(Number(nextToken), next).map(shown),
        nextToken: next < running.length ? String(next) : undefined,
      };
    }
    if (!(command instanceof DescribeExecutionCommand)) throw new Error('The test knows no such call.');
    const found = executions.find((one) => shown(one).executionArn === command.input.executionArn);
    if (!found) throw Object.assign(new Error('no such execution'), { name: 'ExecutionDoesNotExist' });
    described.push(found.name);
    const { input, status = 'RUNNING' } = found;
    return { ...shown(found), status, input: typeof input === 'string' ? input : JSON.stringify(input) };
  },
});

/** What is noted in the table, which answers with one on a page: `<pk> <sk>`. */
let notes: string[] = [];
/** The calls of AWS, in order. */
let order: string[] = [];

Object.defineProperty(DynamoDBClient.prototype, 'send', {
  writable: true,
  value: async (command: object) => {
    if (command instanceof PutItemCommand) {
      order.push('note');
      const { pk, sk, expires } = command.input.Item as Record<string, { S?: string; N?: string }>;
      expect(Number(expires?.N)).toBeGreaterThan(Date.now() / 1000 + 16 * 24 * 3600);
      notes.push(`${pk?.S} ${sk?.S}`);
      return {};
    }
    if (command instanceof DeleteItemCommand) {
      const { pk, sk } = command.input.Key!;
      notes = notes.filter((note) => note !== `${pk?.S} ${sk?.S}`);
      return {};
    }
    if (!(command instanceof QueryCommand)) throw new Error('The test knows no such call.');
    const { ConsistentRead, ExclusiveStartKey, ExpressionAttributeValues: values } = command.input;
    expect(ConsistentRead).toBe(true);
    const wanted = `${values?.[':pk']?.S} ${values?.[':sk']?.S}`;
    const from = Number(ExclusiveStartKey?.from?.N ?? 0);
    const found = notes.filter((note) => note.startsWith(wanted));
    return {
      Items: found.slice(from, from + 1).map((note) => ({ sk: { S: note.slice(note.indexOf(' ') + 1) } })),
      LastEvaluatedKey: from + 1 < found.length ? { from: { N: String(from + 1) } } : undefined,
    };
  },
});

function shown({ name, startedAt, redrivenAt }: Execution) {
  return {
    executionArn: `arn:aws:states:eu-west-1:111122223333:execution:redis-privatelink-onboard:${name}`,
    name,
    startDate: new Date(startedAt),
    redriveDate: redrivenAt && new Date(redrivenAt),
  };
}

beforeEach(() => {
  executions = [];
  failure = undefined;
  described = [];
  notes = [];
  order = [];
});

let count = 0;
/** A name that nobody has used: what has been described is remembered. */
const fresh = () => `by-hand-${count++}`;
const hash = () => (count++).toString(16).padStart(12, '0');
const named = (vpcId: string | null = VPC, accountId = ACCOUNT, connection = 'orders') =>
  [connection, accountId, ...(vpcId ? [vpcId] : []), hash()].join('-');
const started = (startedAt: string, name: string, input?: object): Execution => ({
  name,
  startedAt,
  input: input ?? { connection: 'unread', accountId: '000000000000' },
});
const look = (changes: object = {}) =>
  handler({
    connection: { name: 'orders' },
    accountId: ACCOUNT,
    vpcId: VPC,
    since: SINCE,
    executionName: 'offboarding',
    records: [],
    ...changes,
  });
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => {
      throw new Error(`It should have failed, and answered ${JSON.stringify(value)}.`);
    },
    (error: Error) => error,
  );

describe('an offboarding', () => {
  test('goes on when nothing is being onboarded', async () => {
    expect(await look()).toEqual({ superseded: false, alsoOnboarding: null });
  });

  test('notes itself before it looks, so that whoever does not find the note is found', async () => {
    await look();
    expect(notes).toEqual([`offboarding#${ACCOUNT} orders#offboarding`]);
    expect(order).toEqual(['note', 'list']);
  });

  test.each([
    ['its VPC', VPC, named()],
    ['its VPC, by the input', VPC, fresh()],
    ['a VPC of its account', null, named(OTHER_VPC)],
    ['its account', null, named(null)],
  ])('of %s waits for an onboarding from before, and yields to one from after', async (_, vpcId, name) => {
    const input = { connection: 'orders', accountId: ACCOUNT, vpcId: VPC, region: 'us-east-1' };
    executions = [started(BEFORE, name, input)];
    const error = await errorOf(look({ vpcId }));
    expect(error.name).toBe('OnboardingUnderWay');
    expect(error.message).toContain(name);

    executions = [started(AFTER, name, input)];
    expect(await look({ vpcId })).toEqual({ superseded: true, by: name });
  });

  test.each([
    ['another VPC', VPC, named(OTHER_VPC)],
    ['the account alone', VPC, named(null)],
  ])('of a VPC goes on beside one of %s, and says so', async (_, vpcId, name) => {
    executions = [started(BEFORE, name)];
    expect(await look({ vpcId })).toEqual({ superseded: false, alsoOnboarding: name });
  });

  test.each([
    ['another account', named(VPC, '999900001111')],
    ['another connection', named(VPC, ACCOUNT, 'caches')],
    ['a connection whose name begins alike', named(VPC, ACCOUNT, 'orders-444455556666')],
  ])('has nothing to do with one of %s', async (_, name) => {
    executions = [started(BEFORE, name)];
    expect(await look({ vpcId: null })).toEqual({ superseded: false, alsoOnboarding: null });
  });

  test('counts from the time of a redrive', async () => {
    const name = named();
    executions = [{ ...started(BEFORE, name), redrivenAt: AFTER }];
    expect(await look()).toEqual({ superseded: true, by: name });
  });

  test('yields to a later one although an earlier one is running', async () => {
    const name = named();
    executions = [started(BEFORE, named()), started(AFTER, name)];
    expect(await look()).toEqual({ superseded: true, by: name });
  });

  test('sees those on further pages', async () => {
    const others = Array.from({ length: 2 * PAGE }, () => started(BEFORE, named(OTHER_VPC, '999900001111')));
    executions = [...others, started(BEFORE, named())];
    expect((await errorOf(look())).name).toBe('OnboardingUnderWay');
  });

  test.each([
    ['no JSON', 'orders'],
    ['of another form', { connection: ['orders'] }],
    ['null', 'null'],
  ])('is not stopped by an execution whose input is %s', async (_, input) => {
    executions = [{ name: fresh(), startedAt: BEFORE, input }];
    expect(await look()).toEqual({ superseded: false, alsoOnboarding: null });
  });
});

describe('what has been recorded since the request', () => {
  const record = (sk: string, at: string, execution?: string) => ({ sk, at, execution });
  const ended = (startedAt: string, name = named()) => {
    executions.push({ ...started(startedAt, name), status: 'SUCCEEDED' });
    return name;
  };

  test('supersedes the offboarding if it was requested later, too', async () => {
    const name = ended(AFTER);
    expect(await look({ records: [record(`connection#orders#${VPC}`, AFTER, name)] })).toEqual({
      superseded: true,
      by: name,
    });
  });

  test('does not if it was requested before and has only ended since', async () => {
    const records = [record(`connection#orders#${VPC}`, AFTER, ended(BEFORE))];
    expect(await look({ records })).toMatchObject({ superseded: false });
  });

  test('supersedes it if nobody knows when it was requested', async () => {
    const records = [record(`connection#orders#${VPC}`, AFTER, 'forgotten')];
    expect(await look({ records })).toEqual({ superseded: true, by: 'forgotten' });
    expect(await look({ records: [record(`connection#orders#${VPC}`, AFTER)] })).toMatchObject({
      superseded: true,
    });
  });

  test.each([
    ['from before', `connection#orders#${VPC}`, BEFORE, VPC],
    ['of another VPC', `connection#orders#${OTHER_VPC}`, AFTER, VPC],
    ['of the account, where a VPC goes', 'connection#orders', AFTER, VPC],
    ['of another connection', `connection#orders-eu#${VPC}`, AFTER, null],
    ['of no time', `connection#orders#${VPC}`, '', VPC],
  ])('does not count %s', async (_, sk, at, vpcId) => {
    expect(await look({ vpcId, records: [record(sk, at, ended(AFTER))] })).toMatchObject({
      superseded: false,
    });
  });

  test.each(['connection#orders', `connection#orders#${OTHER_VPC}`])(
    'counts all of the account where the account goes: %s',
    async (sk) => {
      expect(await look({ vpcId: null, records: [record(sk, AFTER, ended(AFTER))] })).toMatchObject({
        superseded: true,
      });
    },
  );
});

describe('looking at inputs', () => {
  test('is not done where the name tells', async () => {
    executions = [started(BEFORE, named(OTHER_VPC, '999900001111'))];
    await look();
    expect(described).toEqual([]);
  });

  test('is done once for each execution', async () => {
    executions = [started(BEFORE, fresh())];
    await look();
    await look();
    expect(described).toHaveLength(1);
  });

  test('is done for two hundred at a time; the rest is left for the next look', async () => {
    executions = Array.from({ length: 250 }, () => started(BEFORE, fresh()));
    expect(await errorOf(look())).toMatchObject({
      name: 'OnboardingUnderWay',
      message: expect.stringContaining('50 running executions'),
    });
    expect(described).toHaveLength(200);
    expect(await look()).toMatchObject({ superseded: false });
    expect(described).toHaveLength(250);
  });

  test.each([
    ['ThrottlingException', 'AwsUnavailable'],
    ['AccessDeniedException', 'AccessDenied'],
  ])('fails with a name when Step Functions answers %s', async (name, expected) => {
    failure = Object.assign(new Error('AWS text'), { name, $metadata: { httpStatusCode: 400 } });
    expect((await errorOf(look())).name).toBe(expected);
  });
});

test.each([
  ['an account id', { accountId: '4444' }],
  ['a VPC id', { vpcId: 'vpc-1' }],
  ['a time', { since: 'yesterday' }],
])('what is not %s is refused', async (_, changes) => {
  expect((await errorOf(look(changes))).name).toBe('InvalidRequest');
});

describe('an onboarding', () => {
  const wait = () => awaitOffboarding({ connection: { name: 'orders' }, accountId: ACCOUNT, since: SINCE });
  /** An offboarding of the account that has noted itself. */
  const noted = (execution: Execution, connection = 'orders', accountId = ACCOUNT) => {
    executions.push(execution);
    notes.push(`offboarding#${accountId} ${connection}#${execution.name}`);
  };

  test('waits for an offboarding of its account from before', async () => {
    noted({ ...started(BEFORE, named()), status: 'FAILED' });
    noted(started(BEFORE, 'by-hand'));
    const error = await errorOf(wait());
    expect(error.name).toBe('OffboardingUnderWay');
    expect(error.message).toContain('by-hand');
  });

  test.each<[string, Execution, { connection?: string; accountId?: string }]>([
    ['from after', started(AFTER, named()), {}],
    ['that was redriven after', { ...started(BEFORE, named()), redrivenAt: AFTER }, {}],
    ['of the same moment, which waits for it', started(SINCE, named()), {}],
    ['of another account', started(BEFORE, named()), { accountId: '999900001111' }],
    ['of another connection', started(BEFORE, named()), { connection: 'caches' }],
    ['that has ended', { ...started(BEFORE, named()), status: 'SUCCEEDED' }, {}],
  ])('goes on beside an offboarding %s', async (_, execution, { connection, accountId }) => {
    noted(execution, connection, accountId);
    expect(await wait()).toBeUndefined();
  });

  test('asks about those that can still come back, and forgets one that has ended well', async () => {
    const [done, failed] = [named(), named()];
    noted({ ...started(BEFORE, done), status: 'SUCCEEDED' });
    noted({ ...started(BEFORE, failed), status: 'FAILED' });
    await wait();
    expect(notes).toEqual([`offboarding#${ACCOUNT} orders#${failed}`]);
    described = [];
    await wait();
    expect(described).toEqual([failed]);
  });

  test('goes on where a note is older than what Step Functions knows', async () => {
    notes.push(`offboarding#${ACCOUNT} orders#forgotten`);
    expect(await wait()).toBeUndefined();
  });

  test('rests on no list of executions, which AWS gives a hundred times in a burst', async () => {
    await wait();
    expect(order).toEqual([]);
    expect(described).toEqual([]);
  });
});
