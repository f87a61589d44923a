import type { Goal } from './scenarios.ts';
import { type Stage, VPC } from './stage.ts';

/** How what is well is told apart, where that is not certain. */
export interface Signs {
  /** The state of an endpoint that works. */
  endpoint: string;
  /** The state of a principal that has not accepted its invitation. */
  unaccepted: string;
}

const USUAL: Signs = { endpoint: 'available', unaccepted: 'associating' };

/** What is not as the goal wants it, in words; nothing if all is. */
export async function problemsOf(stage: Stage, goal: Goal, signs = USUAL): Promise<string[]> {
  const seen = await look(stage);
  const problems = [...(await leaks(stage))];
  const expect = (what: string, actual: unknown, wanted: unknown) => {
    const [is, should] = [actual, wanted].map((value) => JSON.stringify(value));
    if (is !== should) problems.push(`${what}: ${is} in place of ${should}`);
  };
  const { connection } = stage;
  const isShare = connection.contract === 'resource-share';
  const { network } = stage.ground;
  const own = { account: `connection#${connection.name}`, vpc: `connection#${connection.name}#${VPC}` };
  if (network) {
    const statuses = (await network.associations()).map(({ status }) => status);
    expect('associations', statuses, goal === 'gone' ? [] : ['ACTIVE']);
  }
  switch (goal) {
    case 'connected':
      expect(
        'endpoints',
        seen.endpoints.map(({ State, VpcId }) => [State, VpcId]),
        [[signs.endpoint, VPC]],
      );
      expect('security groups', seen.groups.length, 1);
      expect('the principal', seen.principal, 'associated');
      expect(
        'the parameter',
        seen.endpointIds,
        seen.endpoints.map(({ VpcEndpointId }) => VpcEndpointId),
      );
      // Who is connected through a network is not admitted itself.
      expect('records', seen.records, network ? [own.vpc] : [own.account, own.vpc]);
      break;
    case 'admitted':
      expect('endpoints', seen.endpoints, []);
      expect('the principal', seen.principal, 'associated');
      expect('groups', seen.groups, []);
      expect('parameters', seen.parameters, 0);
      break;
    case 'left':
      expect('endpoints', seen.endpoints, []);
      expect('security groups', seen.groups, []);
      expect('the principal', seen.principal, 'associated');
      expect('parameters', seen.parameters, 0);
      expect('records', seen.records, []);
      break;
    case 'gone':
      expect('endpoints', seen.endpoints, []);
      expect('security groups', seen.groups, []);
      expect('the principal', seen.principal, null);
      expect('the PrivateLink', stage.link() ?? null, null);
      expect('parameters', seen.parameters, 0);
      expect('records', seen.records, []);
      break;
    case 'handed over':
      expect('the principal', seen.principal, isShare ? signs.unaccepted : 'associated');
      expect('the script', await hasScript(stage), true);
  }
  return problems;
}

/** Whatever the goal: nobody runs, holds a lock or waits for one in the end. */
async function leaks(stage: Stage): Promise<string[]> {
  const running = stage.executions().filter(({ status }) => status === 'RUNNING');
  const lines = (await stage.items()).filter(({ pk, sk, members }) => {
    // The item of the places stays. Nobody has one.
    if (pk.startsWith('places') && sk === 'taken') return members.length > 0;
    return /^(turn#|places)/.test(pk) || (pk.startsWith('reading#') && sk.startsWith('waiting#'));
  });
  return [
    ...running.map(({ name }) => `execution ${name} does not end`),
    ...lines.map(({ pk, sk }) => `${pk} ${sk} is left`),
  ];
}

async function look(stage: Stage) {
  const { VpcEndpoints } = await stage.call<{
    VpcEndpoints: { VpcEndpointId: string; VpcId: string; State: string }[];
  }>('ec2', 'DescribeVpcEndpoints', {}, 'member');
  const { SecurityGroups } = await stage.call<{ SecurityGroups: { GroupName: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    {},
    'member',
  );
  const { Parameters } = await stage.call<{ Parameters: { Name: string; Value: string }[] }>(
    'ssm',
    'GetParametersByPath',
    { Path: '/redis-privatelink', Recursive: true },
    'member',
  );
  const principals = (stage.link()?.principals ?? []) as { principal: string; status: string }[];
  return {
    endpoints: VpcEndpoints.filter(({ State }) => State !== 'deleted' && State !== 'deleting'),
    groups: SecurityGroups.map(({ GroupName }) => GroupName).filter((name) => name !== 'default'),
    principal: principals.find(({ principal }) => principal.includes(stage.principalId))?.status ?? null,
    parameters: Parameters.length,
    endpointIds: Parameters.filter(({ Name }) => Name.endsWith('/endpoint-id')).map(({ Value }) => Value),
    records: (await stage.items())
      .filter(({ pk, sk }) => pk === `account#${stage.accountId}` && sk.startsWith('connection#'))
      .map(({ sk }) => sk)
      .sort(),
  };
}

async function hasScript(stage: Stage): Promise<boolean> {
  const SecretId = `redis-privatelink/endpoint-script/${stage.connection.name}/${stage.accountId}`;
  try {
    await stage.call('secretsmanager', 'GetSecretValue', { SecretId }, 'hub');
    return true;
  } catch {
    return false;
  }
}
