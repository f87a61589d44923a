import type { GroundName } from './ground.ts';
import { type Stage, VPC } from './stage.ts';

/** What a story is to bring about. `left`: nothing is left in the account, and the owner of the network stays. */
export type Goal = 'connected' | 'admitted' | 'left' | 'gone' | 'handed over';

/** A short story. Faults happen in its second part. */
export interface Scenario {
  name: string;
  /** Where it can be played. */
  grounds: readonly GroundName[];
  goal: Goal;
  /** With an account alone, with a VPC in it, or with one that is connected. */
  begins: 'account' | 'vpc' | 'connected';
  /** What else has happened before. */
  prepare?(stage: Stage): Promise<void>;
  /** Starts what is to be watched, and lets it come to rest. Tells the executions that it stopped itself. */
  act(stage: Stage): Promise<Set<string>>;
}

const CONTRACTS: readonly GroundName[] = ['resource-share', 'endpoint-service'];
const SHARES: readonly GroundName[] = ['resource-share', 'service-network'];
const ALL: readonly GroundName[] = [...CONTRACTS, 'service-network'];
const NOTHING_STOPPED = new Set<string>();

/** Brings about what the story begins with. @param isConnected whether the stage is connected already */
export async function begin(stage: Stage, { begins, prepare }: Scenario, isConnected = false): Promise<void> {
  if (begins !== 'account' && !isConnected) await stage.vpc();
  if (begins === 'connected' && !isConnected) {
    await stage.onboard();
    await stage.settled();
  }
  await prepare?.(stage);
}

/** Starts something, and waits until all that comes of it has ended. */
function started(begin: (stage: Stage) => Promise<unknown>): Scenario['act'] {
  return async (stage) => {
    await begin(stage);
    await stage.settled();
    return NOTHING_STOPPED;
  };
}

const whole = ({ connection, accountId }: Stage) => ({ connection: connection.name, accountId });

/**
 * The stories, the shortest first. Together they make every call that this system has; each call is tried in the
 * first story that makes it.
 */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'connect',
    grounds: ALL,
    goal: 'connected',
    begins: 'vpc',
    act: started((stage) => stage.onboard()),
  },
  {
    name: 'admit',
    grounds: ALL,
    goal: 'admitted',
    begins: 'account',
    prepare: (stage) => stage.privateLinkByHand('stranger'),
    act: started((stage) => stage.onboard({})),
  },
  {
    name: 'renew',
    grounds: SHARES,
    goal: 'admitted',
    begins: 'account',
    async prepare(stage) {
      await stage.privateLinkByHand('account');
      // The invitation expires after twelve.
      await stage.sleep(13 * 3_600_000);
    },
    act: started((stage) => stage.onboard({})),
  },
  {
    name: 'replace',
    grounds: CONTRACTS,
    goal: 'connected',
    begins: 'connected',
    async prepare(stage) {
      const link = stage.link()!;
      const offer = String(link.shareArn ?? link.serviceName);
      const [endpoint] = stage.ground.provider.connections(offer);
      stage.ground.provider.disassociate(offer, endpoint!.vpcEndpointId);
    },
    act: started((stage) => stage.onboard()),
  },
  {
    name: 'repair',
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'connected',
    async prepare(stage) {
      await stage.world.closeSecurityGroup(stage.accountId, stage.connection.region, VPC);
    },
    act: started((stage) => stage.onboard()),
  },
  {
    name: 'leave',
    grounds: CONTRACTS,
    goal: 'gone',
    begins: 'connected',
    act: started((stage) => stage.start('offboard', whole(stage))),
  },
  {
    name: 'leave the network',
    grounds: ['service-network'],
    goal: 'left',
    begins: 'connected',
    act: started((stage) => stage.start('offboard', whole(stage))),
  },
  {
    name: 'leave all',
    grounds: SHARES,
    goal: 'gone',
    begins: 'connected',
    act: started((stage) => {
      const { name } = stage.connection;
      return stage.start('offboard', { connection: name, all: true, confirm: name });
    }),
  },
  {
    name: 'event',
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    act: started((stage) => stage.tagVpc()),
  },
  {
    name: 'reconcile',
    grounds: ALL,
    goal: 'connected',
    begins: 'vpc',
    act: started((stage) => stage.start('reconcile', {})),
  },
  {
    name: 'stop',
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async act(stage) {
      const execution = await stage.onboard();
      await stage.entered(execution, 'Await change');
      await stage.call('states', 'StopExecution', { executionArn: execution.arn }, 'hub');
      await stage.settled();
      await stage.onboard();
      await stage.settled();
      return new Set([execution.arn]);
    },
  },
  {
    name: 'hand over',
    grounds: ['script'],
    goal: 'handed over',
    begins: 'vpc',
    prepare: (stage) => stage.lockOut(),
    act: started((stage) => stage.onboard()),
  },
];
