import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { event } from '../events.ts';
import { HUB, type Lab, laboratory, MANAGEMENT, MINUTE, VPC } from './harness.ts';

const inLab = laboratory();

/** What any SDK client needs to reach the local cloud: its address, and an account's id as access key. */
const as = (lab: Lab, accountId: string) => ({
  endpoint: lab.cloud.url,
  region: 'us-east-1',
  credentials: { accessKeyId: accountId, secretAccessKey: 'local' },
});
const onboard = `arn:aws:states:us-east-1:${HUB}:stateMachine:redis-privatelink-onboard`;

describe('the SDK against the local cloud', () => {
  test('starts onboard by hand and reads its history', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      await lab.vpc(accountId);
      const client = new SFNClient(as(lab, HUB));
      const input = JSON.stringify({ connection: 'orders', accountId, vpcId: VPC });
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn: onboard, name: 'by-hand', input }),
      );
      await lab.settled();
      const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
      expect(execution).toMatchObject({
        status: 'SUCCEEDED',
        name: 'by-hand',
        redriveStatus: 'NOT_REDRIVABLE',
      });
      const { events } = await client.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      expect(events?.[0]).toMatchObject({
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input },
      });
      expect(events?.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
      client.destroy();
    }));

  test('puts an event on the bus of the management account', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const client = new EventBridgeClient(as(lab, MANAGEMENT));
      const { source, detail, ...given } = event.accountMoved();
      const { FailedEntryCount } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: source,
              DetailType: given['detail-type'],
              Detail: JSON.stringify(detail).replace('444455556666', accountId),
            },
          ],
        }),
      );
      expect(FailedEntryCount).toBe(0);
      await lab.settled();
      expect(lab.executions('onboard').map(({ input }) => JSON.parse(input))).toMatchObject([
        { connection: 'orders', accountId },
        { connection: 'ledger', accountId },
      ]);
      client.destroy();
    }));

  test('creates a VPC that is connected without anyone asking', () =>
    inLab(async (lab) => {
      const accountId = await lab.account();
      const ec2 = new EC2Client(as(lab, accountId));
      const Tags = [{ Key: 'redis-privatelink', Value: 'ledger' }];
      const { Vpc } = await ec2.send(
        new CreateVpcCommand({
          CidrBlock: '10.42.0.0/16',
          TagSpecifications: [{ ResourceType: 'vpc', Tags }],
        }),
      );
      await lab.world.enableDnsHostnames(accountId, 'us-east-1', Vpc!.VpcId!);
      await lab.world.createSubnets(accountId, 'us-east-1', Vpc!.VpcId!, '10.42.0.0/16');
      await lab.sleep(MINUTE);
      await lab.settled();
      const states = new SFNClient(as(lab, HUB));
      const { executions } = await states.send(
        new ListExecutionsCommand({ stateMachineArn: onboard, statusFilter: 'SUCCEEDED' }),
      );
      expect(executions?.[0]?.name).toContain(Vpc!.VpcId);
      expect(await lab.endpoints(accountId)).toMatchObject([{ VpcId: Vpc!.VpcId, State: 'available' }]);
      // Another account sees nothing of it.
      const foreign = new SFNClient(as(lab, accountId));
      await expect(foreign.send(new ListExecutionsCommand({ stateMachineArn: onboard }))).rejects.toThrow();
      for (const client of [ec2, states, foreign]) client.destroy();
    }));
});
