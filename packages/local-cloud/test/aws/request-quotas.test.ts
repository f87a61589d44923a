import { expect, test } from '@jest/globals';
import { RequestQuotas } from '../../src/aws/request-quotas.ts';
import { AwsServices } from '../../src/aws/service.ts';

const accountId = '444455556666';
const ROLE = `arn:aws:sts::${accountId}:assumed-role/one/two`;

/** How many of `count` requests at once are let through, and how the others are refused. */
function asker() {
  const clock = { time: 0, now: () => clock.time };
  const quotas = new RequestQuotas(clock);
  const ask = (service: string, action: string, count: number, region = 'us-east-1') => {
    const refusals = new Set<string>();
    let passed = 0;
    for (let request = 0; request < count; request += 1) {
      try {
        quotas.take(service, action, { accountId, region });
        passed += 1;
      } catch (error) {
        refusals.add((error as Error).name);
      }
    }
    return [passed, ...refusals];
  };
  return { clock, ask };
}

test.each([
  ['states', 'ListExecutions', 'us-east-1', 200, 5, 'ThrottlingException'],
  ['states', 'ListExecutions', 'eu-central-1', 100, 2, 'ThrottlingException'],
  ['states', 'StartExecution', 'eu-central-1', 800, 150, 'ThrottlingException'],
  ['ec2', 'DescribeVpcs', 'us-east-1', 100, 20, 'RequestLimitExceeded'],
  ['ec2', 'CreateSecurityGroup', 'us-east-1', 50, 5, 'RequestLimitExceeded'],
  ['ssm', 'GetParametersByPath', 'us-east-1', 40, 40, 'ThrottlingException'],
  ['sts', 'AssumeRole', 'us-east-1', 600, 600, 'Throttling'],
  ['organizations', 'DescribeAccount', 'us-east-1', 15, 8, 'TooManyRequestsException'],
])('%s:%s in %s: %i at once and %i a second', (service, action, region, capacity, refill, refusal) => {
  const { clock, ask } = asker();
  expect(ask(service, action, capacity, region)).toEqual([capacity]);
  expect(ask(service, action, 1, region)).toEqual([0, refusal]);
  clock.time = 1_000;
  expect(ask(service, action, refill + 1, region)).toEqual([refill, refusal]);
  clock.time = 1_000_000;
  expect(ask(service, action, capacity + 1, region)).toEqual([capacity, refusal]);
});

test('each account, Region and action has its own bucket, and the reads of parameters share one', () => {
  const { ask } = asker();
  expect(ask('ec2', 'CreateVpcEndpoint', 5)).toEqual([4, 'RequestLimitExceeded']);
  expect(ask('ec2', 'DeleteVpcEndpoints', 4)).toEqual([4]);
  expect(ask('ec2', 'CreateVpcEndpoint', 4, 'eu-west-1')).toEqual([4]);
  expect(ask('ssm', 'GetParameters', 40)).toEqual([40]);
  expect(ask('ssm', 'GetParametersByPath', 1)).toEqual([0, 'ThrottlingException']);
});

test('refuses a call before it is carried out, and never the root user', async () => {
  const services = new AwsServices();
  let done = 0;
  services.register({
    signingName: 'ec2',
    actions: {
      CreateVpcEndpoint: () => {
        done += 1;
      },
    },
  });
  services.quotas = new RequestQuotas({ now: () => 0 });
  const create = (arn: string) =>
    services.call('ec2', 'CreateVpcEndpoint', {}, { accountId, region: 'us-east-1', arn });
  for (let count = 0; count < 4; count += 1) await create(ROLE);
  await expect(create(ROLE)).rejects.toMatchObject({ code: 'RequestLimitExceeded' });
  expect(done).toBe(4);
  await create(`arn:aws:iam::${accountId}:root`);
  expect(done).toBe(5);
});
