import { Activity, type ExecutionRecord, ProviderSide, VirtualClock } from 'local-cloud';
import { localWorld, type World as Ways } from '../../assumptions/register.ts';
import type { Contract } from '../../lambdas/shared/workflows/configuration.ts';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { awsIn } from '../../local/assumed.ts';
import { Deployment } from '../../local/deployment.ts';
import { type BackEnd, startBackEnd } from '../../local/redis-cloud/back-end.ts';
import type { Timings } from '../../local/redis-cloud/options.ts';
import { World } from '../../local/stories/world.ts';

const START = Date.parse('2026-11-20T09:00:00Z');

/** A fresh local cloud of the example configuration, in which something is measured. */
export interface Ground {
  cloud: Deployment;
  backEnd: BackEnd;
  activity: Activity;
  world: World;
}

/** The example configuration with its connection in this contract, or with so many that are like it. */
export function exampleOf(contract: Contract, connections = 1): Configuration {
  const example = loadConfiguration('config/privatelink.yaml');
  const first = { ...example.connections[0]!, contract };
  const more = Array.from({ length: connections - 1 }, (_, index) => ({
    ...first,
    name: `${first.name}-${index + 2}`,
    subscriptionId: first.subscriptionId + index + 1,
    shareName: `${first.shareName}-${index + 2}`,
  }));
  return { ...example, connections: [first, ...more] };
}

export interface GroundOptions {
  contract: Contract;
  /** The folder into which {@link exampleOf} the contract was synthesized. */
  assembly: string;
  /** The configuration that was synthesized, if it is another one. */
  configuration?: Configuration;
  /** Of Redis Cloud. Those left out take their default. */
  timings?: Partial<Timings> | undefined;
  /** Which alternatives of the register are true there. */
  ways?: Ways;
}

/** Brings a local cloud up, does `work` in it and takes it down. */
export async function onGround<T>(
  { contract, assembly, timings, configuration = exampleOf(contract), ways = localWorld() }: GroundOptions,
  work: (ground: Ground) => Promise<T>,
): Promise<T> {
  const clock = new VirtualClock(START);
  const provider = new ProviderSide({ clock });
  const backEnd = await startBackEnd({
    configuration,
    clock,
    provider,
    address: undefined,
    timings,
    world: ways,
  });
  try {
    const conduct = awsIn(ways);
    const { keys } = backEnd;
    const cloud = await Deployment.start({ configuration, assembly, clock, provider, keys, conduct });
    try {
      await pointFunctions(cloud, backEnd.url);
      return await Activity.run(clock, (activity) =>
        work({ cloud, backEnd, activity, world: new World(cloud) }),
      );
    } finally {
      await cloud.close();
    }
  } finally {
    await backEnd.close();
  }
}

/** The templates hold Redis Cloud's public address; each ground has a Redis Cloud of its own. */
export async function pointFunctions(cloud: Deployment, url: string): Promise<void> {
  const { Functions } = (await cloud.call('lambda', 'ListFunctions', {}, cloud.hub)) as {
    Functions: { FunctionName: string; Environment: { Variables: Record<string, string> } }[];
  };
  for (const { FunctionName, Environment } of Functions) {
    if (!Object.hasOwn(Environment.Variables, 'REDIS_CLOUD_URL')) continue;
    const Variables = { ...Environment.Variables, REDIS_CLOUD_URL: url };
    const change = { FunctionName, Environment: { Variables } };
    await cloud.call('lambda', 'UpdateFunctionConfiguration', change, cloud.hub);
  }
}

/** A new account of the organization that is not connected yet, with the member stack. Returns its id. */
export async function addAccount({ cloud }: Ground, index: number): Promise<string> {
  const accountId = String(400_000_000_000 + index);
  const [unit] = cloud.configuration.organization.organizationalUnits;
  await cloud.accounts.add(accountId, unit!, { silent: true });
  return accountId;
}

/** A VPC with subnets in three zones that asks for the connection. AWS reports it a little later. */
export async function addVpc({ cloud, world }: Ground, accountId: string, network = 42): Promise<void> {
  const { name, region } = cloud.configuration.connections[0]!;
  const cidrBlock = `10.${network}.0.0/16`;
  const vpcId = await world.createVpc(accountId, region, { cidrBlock, tags: { 'redis-privatelink': name } });
  await world.createSubnets(accountId, region, vpcId, cidrBlock);
}

/**
 * The executions of `onboard` that `work` brings about, at rest.
 *
 * @throws Error if one of them does not succeed: nothing is measured in a cloud that fails
 */
export async function onboardings(ground: Ground, work: () => Promise<void>): Promise<ExecutionRecord[]> {
  const { cloud, activity } = ground;
  const before = new Set(cloud.executions());
  await work();
  await cloud.settled(activity);
  const all = cloud
    .executions()
    .filter((execution) => !before.has(execution) && execution.stateMachineName.endsWith('-onboard'));
  const failed = all.find(({ status }) => status !== 'SUCCEEDED');
  if (failed)
    throw new Error(`Execution ${failed.name} is ${failed.status}: ${failed.error}: ${failed.cause}`);
  return all;
}
