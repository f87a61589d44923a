import { zonesOf } from 'local-cloud';
import { type Stage, VPC } from '../faults/stage.ts';
import { admit, connect, MINUTE, type Story } from './happenings.ts';

/** An expression whose result is a list of one, without brackets. */
const LIST = '{% $distinct($append(["a"], ["a"])) %}';

/** The zones in which the share can be reached are these from now on. */
function offerOnlyIn(stage: Stage, zones: number): void {
  const { provider } = stage.ground;
  const share = provider.shareHolding(String(stage.link()!.resourceConfigurationArn))!;
  const zoneIds = zonesOf(share.region)
    .slice(0, zones)
    .map(({ id }) => id);
  provider.offerShare({ ...share, zoneIds });
}

/** Somebody lets Step Functions evaluate the expression. */
async function evaluate(stage: Stage): Promise<void> {
  const ask = <T>(action: string, input: object) => stage.call<T>('states', action, input, 'hub');
  const { stateMachines } = await ask<{ stateMachines: { stateMachineArn: string }[] }>(
    'ListStateMachines',
    {},
  );
  const [machine] = stateMachines;
  const { roleArn } = await ask<{ roleArn: string }>('DescribeStateMachine', machine!);
  const { stateMachineArn } = await ask<{ stateMachineArn: string }>('CreateStateMachine', {
    name: 'by-hand',
    roleArn,
    definition: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: { Ask: { Type: 'Pass', Output: { list: LIST }, End: true } },
    }),
  });
  const { executionArn } = await ask<{ executionArn: string }>('StartExecution', { stateMachineArn });
  await stage.sleep(10_000);
  await ask('DescribeExecution', { executionArn });
  await ask('DeleteStateMachine', { stateMachineArn });
}

/** Somebody asks for an endpoint in a zone that is not offered, and under the same token for one that is. */
async function requestTwice(stage: Stage): Promise<void> {
  offerOnlyIn(stage, 1);
  const { Subnets } = await stage.call<{ Subnets: { SubnetId: string }[] }>(
    'ec2',
    'DescribeSubnets',
    { Filters: [{ Name: 'vpc-id', Values: [VPC] }] },
    'member',
  );
  for (const { SubnetId } of [Subnets[1]!, Subnets[0]!]) {
    const request = {
      VpcId: VPC,
      VpcEndpointType: 'Resource',
      ResourceConfigurationArn: stage.link()!.resourceConfigurationArn,
      SubnetIds: [SubnetId],
      ClientToken: `by-hand-${stage.accountId}`,
    };
    try {
      const { VpcEndpoint } = await stage.call<{ VpcEndpoint: { VpcEndpointId: string } }>(
        'ec2',
        'CreateVpcEndpoint',
        request,
        'member',
      );
      const VpcEndpointIds = [VpcEndpoint.VpcEndpointId];
      await stage.call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds }, 'member');
    } catch {
      // What AWS has said is heard.
    }
  }
  await stage.untagVpc();
  await stage.sleep(2 * MINUTE);
}

/** Stories for what AWS may do, and what only a question by hand can tell. */
export const AWS_STORIES: readonly Story[] = [
  {
    name: 'seen late',
    about: ['hidden-target'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async act(stage) {
      stage.ground.provider.delay({ targetUsableAfterMs: 2 * MINUTE });
      try {
        return await connect(stage);
      } finally {
        stage.ground.provider.delay({ targetUsableAfterMs: 5_000 });
      }
    },
  },
  {
    name: 'not offered in a zone',
    about: ['refused-zone', 'refused-token'],
    grounds: ['resource-share'],
    goal: 'connected',
    begins: 'vpc',
    async prepare(stage) {
      await stage.privateLinkByHand('stranger');
      offerOnlyIn(stage, 1);
    },
    act: connect,
  },
  {
    name: 'asked by hand',
    about: ['list-of-one', 'refused-token'],
    grounds: ['resource-share'],
    goal: 'admitted',
    begins: 'vpc',
    async prepare(stage) {
      await stage.privateLinkByHand('account');
      await evaluate(stage);
    },
    async act(stage) {
      const stopped = await admit(stage);
      await requestTwice(stage);
      return stopped;
    },
  },
];
