import { SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from '@jest/globals';
import { handler as deleteParameters } from '../../../../lambdas/aws/delete-parameters.ts';
import { parametersIn } from '../../../../lambdas/aws/looking/parameters.ts';
import { handler as publish } from '../../../../lambdas/aws/publish-parameters.ts';
import { digestOf, parameterTree } from '../../../../lambdas/aws/resources/parameter-tree.ts';
import { ACCOUNT, aws, awsError, connection, ENDPOINT, EXECUTION, errorOf, VPC } from '../stub.ts';

const FOLDER = `/redis-privatelink/orders/${VPC}`;
const database = (port: number, cluster = 'c1') => ({
  dnsName: `redis-${port}.internal.${cluster}.us-east-1-mz.ec2.cloud.rlrcp.com`,
  port,
  type: 'database' as const,
});
const metrics = { dnsName: 'internal.c1.rlrcp.com', port: 8070, type: 'metrics' as const };

function tree(endpoints: Parameters<typeof parameterTree>[3]): Record<string, string> {
  const entries = [...parameterTree('orders', VPC, ENDPOINT, endpoints)];
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(FOLDER.length + 1), value]));
}

describe('the tree of parameters', () => {
  test('has each database under its port, the metrics, and the endpoint last', () => {
    const found = tree([database(12345), database(12346), metrics]);
    expect(found).toEqual({
      'databases/12345/host': database(12345).dnsName,
      'databases/12345/port': '12345',
      'databases/12346/host': database(12346).dnsName,
      'databases/12346/port': '12346',
      'metrics/host': metrics.dnsName,
      'metrics/port': '8070',
      'endpoint-id': ENDPOINT,
    });
    expect(Object.keys(found).at(-1)).toBe('endpoint-id');
  });

  test('has databases with the same port under their names', () => {
    const [one, other] = [database(12345), database(12345, 'c2')];
    expect(tree([one, other, database(10000)])).toMatchObject({
      [`databases/${one.dnsName}/host`]: one.dnsName,
      [`databases/${other.dnsName}/port`]: '12345',
      'databases/10000/port': '10000',
    });
  });

  test('has the regional name of an endpoint service and those of its zones, and no private one', () => {
    const names = [
      'vpce-0123456789abcdef0-ab12cd34.vpce-svc-0a.us-east-1.vpce.amazonaws.com',
      'vpce-0123456789abcdef0-ab12cd34-us-east-1a.vpce-svc-0a.us-east-1.vpce.amazonaws.com',
      '*.c1.rlrcp.com',
    ];
    expect(tree(names.map((dnsName) => ({ dnsName, port: null, type: 'service' })))).toEqual({
      'service/host': names[0],
      'service/zones/us-east-1a/host': names[1],
      'endpoint-id': ENDPOINT,
    });
  });

  test('has AWS’s own name and the id of each database where they are known', () => {
    const known = { ...database(12345), awsDnsName: 'vpce-1.on.aws', databaseId: 51 };
    expect(tree([known, { ...metrics, awsDnsName: 'vpce-2.on.aws' }])).toMatchObject({
      'databases/12345/aws-host': 'vpce-1.on.aws',
      'databases/12345/database-id': '51',
      'metrics/aws-host': 'vpce-2.on.aws',
    });
  });

  test('is the same in short for who has asked Redis Cloud and who has not, and for nobody else', () => {
    const short = (endpoints: Parameters<typeof parameterTree>[3], changes: Record<string, string> = {}) =>
      digestOf(new Map([...parameterTree('orders', VPC, ENDPOINT, endpoints), ...Object.entries(changes)]));
    const nameless = {
      dnsName: 'vpce-1.on.aws',
      awsDnsName: 'vpce-1.on.aws',
      port: null,
      type: 'other' as const,
    };
    const paired = { ...nameless, port: 12345, type: 'database' as const, databaseId: 51 };
    expect(short([{ ...database(12345), databaseId: 51 }])).toBe(short([database(12345)]));
    expect(short([paired])).toBe(short([nameless]));
    const port = `${FOLDER}/databases/12345/port`;
    for (const other of [
      short([]),
      short([{ ...paired, dnsName: 'vpce-2.on.aws' }]),
      short([{ ...paired, awsDnsName: 'vpce-2.on.aws' }]),
      short([paired], { [port]: '1' }),
      short([paired], { [`${FOLDER}/others/x/host`]: 'x' }),
    ]) {
      expect(other).not.toBe(short([paired]));
    }
    const withoutPort = parameterTree('orders', VPC, ENDPOINT, [paired]);
    withoutPort.delete(port);
    expect(digestOf(withoutPort)).not.toBe(short([paired]));
  });

  test('takes no character into a name that Parameter Store does not take', () => {
    const names = Object.keys(tree([{ dnsName: '*.odd/name.com', port: null, type: 'other' }]));
    expect(names).toEqual(['others/_.odd_name.com/host', 'endpoint-id']);
  });
});

describe('publishing parameters', () => {
  const payload = {
    accountId: ACCOUNT,
    connection: connection(),
    vpcId: VPC,
    vpcEndpointId: ENDPOINT,
    endpoints: [database(12345)],
    executionName: EXECUTION,
  };
  const stored = (parameters: Record<string, string>) => ({
    GetParametersByPath: {
      Parameters: Object.entries(parameters).map(([name, Value]) => ({ Name: `${FOLDER}/${name}`, Value })),
    },
  });
  const asWanted = {
    'databases/12345/host': database(12345).dnsName,
    'databases/12345/port': '12345',
    'endpoint-id': ENDPOINT,
  };

  test('writes new ones with tags and without overwriting', async () => {
    const { calls } = aws({ ...stored({}), PutParameter: {} });
    expect(await publish(payload)).toEqual({ written: 3, deleted: 0 });
    expect(calls.find(({ action }) => action === 'GetParametersByPath')!.input).toMatchObject({
      Path: FOLDER,
      Recursive: true,
    });
    expect(calls.at(-1)!.input).toEqual({
      Name: `${FOLDER}/endpoint-id`,
      Value: ENDPOINT,
      Type: 'String',
      Tier: 'Standard',
      Tags: [
        { Key: 'redis-privatelink:connection', Value: 'orders' },
        { Key: 'redis-privatelink:execution', Value: EXECUTION },
        { Key: 'redis-privatelink:managed-by', Value: 'redis-privatelink' },
        { Key: 'cost-center', Value: '4711' },
      ],
    });
  });

  test('writes nothing that is so already', async () => {
    const { actions } = aws(stored(asWanted));
    expect(await publish(payload)).toEqual({ written: 0, deleted: 0 });
    expect(actions()).toEqual(['GetParametersByPath']);
  });

  test('passes over a null in the list, and a parameter without a name', async () => {
    const { GetParametersByPath } = stored(asWanted);
    const Parameters = [null, ...GetParametersByPath.Parameters, { Value: 'nameless' }, { Name: null }];
    const { actions } = aws({ GetParametersByPath: { Parameters } });
    expect(await publish(payload)).toEqual({ written: 0, deleted: 0 });
    expect(actions()).toEqual(['GetParametersByPath']);
  });

  test('overwrites what is different, without tags', async () => {
    const { calls } = aws({ ...stored({ ...asWanted, 'endpoint-id': 'vpce-0old' }), PutParameter: {} });
    expect(await publish(payload)).toEqual({ written: 1, deleted: 0 });
    expect(calls.at(-1)!.input).toMatchObject({ Value: ENDPOINT, Overwrite: true });
    expect(calls.at(-1)!.input.Tags).toBeUndefined();
  });

  test('overwrites what somebody has written in between', async () => {
    const { endpoints: _, ...rest } = payload;
    const { calls } = aws({
      ...stored({}),
      PutParameter: ({ Overwrite }: { Overwrite?: boolean }) =>
        Overwrite ? {} : awsError('ParameterAlreadyExists'),
    });
    expect(await publish({ ...rest, endpoints: [] })).toEqual({ written: 1, deleted: 0 });
    expect(calls.at(-1)!.input.Overwrite).toBe(true);
  });

  test('deletes its own that are not true any more, ten at a time, and no one else’s', async () => {
    const gone = Array.from({ length: 6 }, (_, index) => 10_000 + index);
    const stale = Object.fromEntries(
      gone.flatMap((port) => [
        [`databases/${port}/host`, 'x'],
        [`databases/${port}/port`, String(port)],
      ]),
    );
    const { calls } = aws({
      ...stored({ ...asWanted, ...stale, password: 'somebody’s', 'databases/12345/user': 'app' }),
      DeleteParameters: {},
    });
    expect(await publish(payload)).toEqual({ written: 0, deleted: 12 });
    const deletions = calls
      .filter(({ action }) => action === 'DeleteParameters')
      .map(({ input }) => input.Names);
    expect(deletions.map(({ length }) => length)).toEqual([10, 2]);
    expect(deletions.flat().sort()).toEqual(
      Object.keys(stale)
        .map((name) => `${FOLDER}/${name}`)
        .sort(),
    );
  });

  test('makes no call where the connection publishes none', async () => {
    const { calls } = aws({});
    const off = { ...payload, connection: connection({ parameters: false }) };
    expect(await publish(off)).toEqual({ written: 0, deleted: 0 });
    expect(calls).toEqual([]);
  });

  test.each([
    ['ParameterLimitExceeded', 'QuotaExceeded'],
    ['ThrottlingException', 'AwsUnavailable'],
    ['TooManyUpdates', 'AwsUnavailable'],
    ['AccessDeniedException', 'AccessDenied'],
  ])('says of %s that it is %s', async (code, name) => {
    aws({ ...stored({}), PutParameter: awsError(code) });
    const error = await errorOf(publish(payload));
    expect(error.name).toBe(name);
    expect(error.message).toContain('ssm:PutParameter in us-east-1');
  });
});

describe('listing parameters', () => {
  test('tells the tree of each VPC and connection in short', async () => {
    const put = (name: string, Value: string) => ({ Name: `/redis-privatelink/${name}`, Value });
    const { calls } = aws({
      GetParametersByPath: [
        {
          Parameters: [
            put(`orders/${VPC}/endpoint-id`, ENDPOINT),
            put('orders/vpc-0b/endpoint-id', 'vpce-0b'),
            put('orders/vpc-0b/note', 'somebody’s'),
          ],
        },
        { Parameters: [] },
      ],
    });
    const ssm = new SSMClient({ region: 'us-east-1' });
    expect(await parametersIn(ssm, ['orders', 'ledger'])).toEqual([
      { connection: 'orders', vpcId: VPC, digest: digestOf(parameterTree('orders', VPC, ENDPOINT, [])) },
      {
        connection: 'orders',
        vpcId: 'vpc-0b',
        digest: digestOf(parameterTree('orders', 'vpc-0b', 'vpce-0b', [])),
      },
    ]);
    expect(calls.map(({ input }) => input.Path)).toEqual([
      '/redis-privatelink/orders',
      '/redis-privatelink/ledger',
    ]);
  });
});

describe('deleting parameters', () => {
  test.each([
    ['of a VPC', VPC, FOLDER],
    ['of the whole connection', null, '/redis-privatelink/orders'],
  ])('%s deletes this system’s own there', async (_, vpcId, Path) => {
    const { calls } = aws({
      GetParametersByPath: {
        Parameters: [
          { Name: `${FOLDER}/endpoint-id`, Value: ENDPOINT },
          { Name: `${FOLDER}/note`, Value: 'somebody’s' },
        ],
      },
      DeleteParameters: {},
    });
    const payload = { accountId: ACCOUNT, connection: connection({ parameters: false }), vpcId };
    expect(await deleteParameters(payload)).toEqual({ deleted: 1 });
    expect(calls.map(({ input }) => input).slice(1)).toMatchObject([
      { Path },
      { Names: [`${FOLDER}/endpoint-id`] },
    ]);
  });
});
