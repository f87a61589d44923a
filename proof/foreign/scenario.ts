import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { within } from './bounded.ts';
import type { Clients } from './clients.ts';

/** A world with the stacks deployed, as the scenario needs it. */
export interface Stage {
  hub: Clients;
  hubAccountId: string;
  member: Clients;
  memberAccountId: string;
  /** The name of the connection. */
  connection: string;
  /** How the principal of the member account stands at Redis Cloud; undefined: it has none. */
  principal(): string | undefined;
}

/** What is there for a VPC at one moment. Ids are left out, since each world makes its own. */
export interface EndState {
  principal: string | undefined;
  endpoints: {
    type: string;
    state: string;
    service: string;
    zones: number;
    groups: number;
    tags: string[];
  }[];
  /** Of groups with this system's tags: what they let in. */
  groups: string[][];
  parameters: string[];
}

/** How long a workflow may take, in real seconds. A wait until a certain time is as long as it is. */
const LONGEST = 300;

/** A step of the scenario: how the workflow ended, and what is there afterwards. */
export interface Step {
  name: string;
  status: string;
  /** What it ended with, if it did not succeed. */
  reason?: string | undefined;
  state: EndState;
}

/** Somebody in the member account creates a VPC with subnets in three zones, which asks for the connection. */
async function createVpc({ member, connection }: Stage, network: string): Promise<string> {
  const { ec2, region } = member;
  const Tags = [{ Key: 'redis-privatelink', Value: connection }];
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: `${network}.0.0/16`,
      TagSpecifications: [{ ResourceType: 'vpc', Tags }],
    }),
  );
  const VpcId = Vpc!.VpcId!;
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  for (const [index, zone] of ['a', 'b', 'c'].entries()) {
    const CidrBlock = `${network}.${index * 16}.0/20`;
    await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: region + zone }));
  }
  return VpcId;
}

/** Connects a VPC and disconnects it again, by hand. */
export async function play(stage: Stage): Promise<Step[]> {
  const vpcId = await createVpc(stage, '10.42');
  const request = { connection: stage.connection, accountId: stage.memberAccountId, vpcId };
  const steps: Step[] = [];
  for (const workflow of ['onboard', 'offboard']) {
    const ended = await run(stage, workflow, request);
    steps.push({ name: `${workflow} a VPC`, ...ended, state: await endState(stage, vpcId) });
  }
  return steps;
}

/** Starts a workflow and waits for its end. */
async function run(
  { hub, hubAccountId }: Stage,
  workflow: string,
  input: object,
): Promise<{ status: string; reason?: string }> {
  const stateMachineArn = `arn:aws:states:${hub.region}:${hubAccountId}:stateMachine:redis-privatelink-${workflow}`;
  const { executionArn } = await hub.sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  const describe = () => hub.sfn.send(new DescribeExecutionCommand({ executionArn }));
  let ended: Awaited<ReturnType<typeof describe>>;
  try {
    ended = await within(LONGEST, `${workflow} to end`, async () => {
      const now = await describe();
      return now.status === 'RUNNING' ? undefined : now;
    });
  } catch (error) {
    return {
      status: 'RUNNING',
      reason: `${(error as Error).message} It is in ${await latest(hub, executionArn!)}.`,
    };
  }
  const { status = '', error, cause } = ended;
  return status === 'SUCCEEDED' ? { status } : { status, reason: `${error}: ${cause}` };
}

/** What an execution did at last. */
async function latest({ sfn }: Clients, executionArn: string): Promise<string> {
  const order = { reverseOrder: true, maxResults: 100 };
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, ...order }));
  const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  const failed = events.find(({ type }) => type?.endsWith('Failed'));
  const { error, cause } = failed?.taskFailedEventDetails ?? failed?.lambdaFunctionFailedEventDetails ?? {};
  const why = failed === undefined ? '' : `, after ${failed.type}: ${error}: ${cause}`;
  return `${entered?.stateEnteredEventDetails?.name}${why}`;
}

async function endState({ member, principal }: Stage, vpcId: string): Promise<EndState> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { VpcEndpoints = [] } = await member.ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  const { SecurityGroups = [] } = await member.ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  // AWS shows an endpoint for a while after it was deleted.
  const there = VpcEndpoints.filter(({ State = '' }) => State.toLowerCase() !== 'deleted');
  const own = SecurityGroups.filter(({ Tags = [] }) =>
    Tags.some(({ Key }) => Key?.startsWith('redis-privatelink:')),
  );
  const { Parameters = [] } = await member.ssm.send(
    new GetParametersByPathCommand({ Path: '/redis-privatelink', Recursive: true }),
  );
  return {
    principal: principal(),
    endpoints: there.map((one) => ({
      type: one.VpcEndpointType ?? '',
      state: (one.State ?? '').toLowerCase(),
      service: one.ServiceName ?? '',
      zones: one.SubnetIds?.length ?? 0,
      groups: one.Groups?.length ?? 0,
      tags: (one.Tags ?? []).map(({ Key }) => Key ?? '').sort(),
    })),
    groups: own.map(({ IpPermissions = [] }) =>
      IpPermissions.flatMap(({ FromPort, ToPort, IpRanges = [] }) =>
        IpRanges.map(({ CidrIp }) => `${FromPort}-${ToPort} from ${CidrIp}`),
      ).sort(),
    ),
    parameters: Parameters.map(({ Name = '' }) => Name.replace(vpcId, '<vpc>')).sort(),
  };
}
