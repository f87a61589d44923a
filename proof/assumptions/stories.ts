import { OTHERS } from '../faults/ground.ts';
import { SCENARIOS } from '../faults/scenarios.ts';
import { STRANGER, type Stage, VPC } from '../faults/stage.ts';
import { AWS_STORIES } from './aws-stories.ts';
import { admit, atFirst, connect, leave, MINUTE, outUntil, type Story } from './happenings.ts';

const principal = (name: string) => ({ principal: name, type: 'aws_account' });
const share = (shareName: string, name: string) => ({ shareName, ...principal(name) });

/** Redis has let the endpoint go that blocks the deletion. */
async function letGo({ redisCloud }: Stage): Promise<void> {
  redisCloud.ways['deleted-endpoint'] = 'harmless';
}

const ADDED: readonly Story[] = [
  {
    name: 'creation unheard',
    about: ['exists-answer'],
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'connected',
    begins: 'vpc',
    act(stage) {
      // The creation is asked for again when it has been done.
      outUntil(stage, 'createPrivateLink', 'lose-answer', () => stage.link()?.status === 'active');
      return connect(stage);
    },
  },
  {
    name: 'admission unheard',
    about: ['exists-answer'],
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'admitted',
    begins: 'account',
    prepare: (stage) => stage.privateLinkByHand('stranger'),
    act(stage) {
      const { subscriptionId } = stage.connection;
      outUntil(stage, 'addPrincipal', 'lose-answer', () => stage.redisCloud.isActive(subscriptionId));
      return admit(stage);
    },
  },
  {
    name: 'script by hand',
    about: ['endpoint-script'],
    grounds: ['resource-share'],
    goal: 'admitted',
    begins: 'account',
    prepare: (stage) => stage.privateLinkByHand('stranger'),
    async act(stage) {
      const { subscriptionId } = stage.connection;
      const path = `/subscriptions/${subscriptionId}/private-link/endpoint-script`;
      const { taskId } = (await (await stage.ask('GET', path)).json()) as { taskId: string };
      await stage.sleep(5_000);
      await stage.ask('GET', `/tasks/${taskId}`);
      return admit(stage);
    },
  },
  {
    name: 'removal unheard',
    about: ['absent-answer'],
    grounds: ['resource-share', 'endpoint-service'],
    goal: 'gone',
    begins: 'connected',
    act(stage) {
      atFirst(stage, 'disassociateConnections', () => 'lose-answer');
      atFirst(stage, 'removePrincipal', () => 'lose-answer');
      return leave(stage);
    },
    help: letGo,
  },
  {
    name: 'out for three minutes',
    about: ['task-lifetime'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    act(stage) {
      let until = 0;
      const now = () => stage.ground.cloud.clock.now();
      stage.redisCloud.faults.intercept = ({ operation }) => {
        if (operation === 'createPrivateLink') until = now() + 3 * MINUTE;
        return operation === 'getTask' && now() < until ? { status: 503 } : undefined;
      };
      return connect(stage);
    },
  },
  {
    name: 'somebody else is quicker',
    about: ['busy-answer'],
    grounds: ['resource-share'],
    goal: 'admitted',
    begins: 'account',
    prepare: (stage) => stage.privateLinkByHand('stranger'),
    act(stage) {
      atFirst(stage, 'addPrincipal', () => {
        void stage.byHand('POST', stage.connection.subscriptionId, '/principals', principal('777700001111'));
        return 'drop';
      });
      return admit(stage);
    },
  },
  {
    name: 'somebody else creates it',
    about: ['while-provisioning'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    act(stage) {
      const { subscriptionId } = stage.connection;
      const create = () => void stage.byHand('POST', subscriptionId, '', share('by-hand', STRANGER));
      // The creation is asked for again while that one is being provisioned.
      const isProvisioned = () => stage.link()?.status === 'initializing';
      outUntil(stage, 'createPrivateLink', 'drop', isProvisioned, create);
      return connect(stage);
    },
  },
  {
    name: 'three others change',
    about: ['pending-limit-answer'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    act(stage) {
      atFirst(stage, 'createPrivateLink', () => {
        for (const id of OTHERS) void stage.byHand('POST', id, '', share(`by-hand-${id}`, STRANGER));
        return 'drop';
      });
      return connect(stage);
    },
  },
  {
    name: 'the name is taken',
    about: ['share-name'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async prepare(stage) {
      const { contract, shareName } = stage.connection as { contract: string; shareName?: string };
      if (contract === 'resource-share')
        await stage.byHand('POST', OTHERS[0]!, '', share(shareName!, STRANGER));
      await stage.sleep(2 * MINUTE);
    },
    act: connect,
    async help(stage) {
      await stage.byHand('DELETE', OTHERS[0]!, '/principals', { principal: STRANGER });
      await stage.sleep(2 * MINUTE);
      await stage.byHand('DELETE', OTHERS[0]!, '');
      await stage.sleep(2 * MINUTE);
    },
  },
  {
    name: 'endpoint deleted by others',
    about: ['deleted-endpoint'],
    grounds: ['resource-share'],
    goal: 'gone',
    begins: 'connected',
    async prepare(stage) {
      // Redis Cloud has noticed the endpoint.
      stage.link();
      const { VpcEndpoints } = await stage.call<{ VpcEndpoints: { VpcEndpointId: string; VpcId: string }[] }>(
        'ec2',
        'DescribeVpcEndpoints',
        {},
        'member',
      );
      const VpcEndpointIds = VpcEndpoints.filter(({ VpcId }) => VpcId === VPC).map(
        (one) => one.VpcEndpointId,
      );
      if (VpcEndpointIds.length > 0) {
        await stage.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds }, 'member');
      }
      await stage.sleep(5 * MINUTE);
    },
    act: leave,
    help: letGo,
  },
  {
    name: 'somebody comes at the end',
    about: ['delete-with-principals'],
    grounds: ['resource-share'],
    goal: 'gone',
    begins: 'connected',
    act(stage) {
      const { subscriptionId } = stage.connection;
      const add = () => void stage.byHand('POST', subscriptionId, '/principals', principal(STRANGER));
      outUntil(stage, 'deletePrivateLink', 'drop', () => stage.redisCloud.isActive(subscriptionId), add);
      return leave(stage);
    },
    help: letGo,
    mayStay: true,
  },
];

/** What stories of the faults are about. */
const ABOUT: Record<string, readonly string[]> = {
  admit: ['added-principal', 'unaccepted-principal'],
  renew: ['expired-invitation', 'remnant', 'removed-principal'],
  'hand over': ['endpoint-script', 'unaccepted-principal'],
};

/** All stories of the plays. */
export const STORIES: readonly Story[] = [
  ...SCENARIOS.map(
    (one): Story => ({
      ...one,
      about: ABOUT[one.name] ?? [],
      ...(one.goal === 'gone' ? { help: letGo } : {}),
    }),
  ),
  ...ADDED,
  ...AWS_STORIES,
];
