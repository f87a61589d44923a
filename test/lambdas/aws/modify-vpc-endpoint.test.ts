import { expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/modify-vpc-endpoint.ts';
import { ACCOUNT, aws, awsError, connection, ENDPOINT, EXECUTION, errorOf, made, SERVICE } from './stub.ts';

const payload = {
  accountId: ACCOUNT,
  connection: connection({ contract: 'endpoint-service' }),
  vpcEndpointId: ENDPOINT,
  subnetIds: ['subnet-11111111', 'subnet-22222222'],
  executionName: EXECUTION,
};
const recorded = made(ENDPOINT, { type: 'Interface', target: SERVICE });

test('adds the subnets', async () => {
  const { calls, items } = aws({ ModifyVpcEndpoint: { Return: true } }, [recorded]);
  expect(await handler(payload)).toEqual({ leftOut: [] });
  expect(calls.at(-1)).toMatchObject({
    action: 'ModifyVpcEndpoint',
    region: 'us-east-1',
    input: { VpcEndpointId: ENDPOINT, AddSubnetIds: payload.subnetIds },
  });
  expect(items.get(`own#${ENDPOINT}`)).toMatchObject({ askedSubnets: { SS: payload.subnetIds } });
});

test('leaves out a subnet that AWS refuses', async () => {
  const refusal = awsError('InvalidParameter', 'The zone of subnet-11111111 is not supported.');
  const { calls, items } = aws({ ModifyVpcEndpoint: [refusal, { Return: true }] }, [recorded]);
  expect(await handler(payload)).toEqual({
    leftOut: [
      'AWS refuses subnet-11111111: The zone of subnet-11111111 is not supported. (InvalidParameter)',
    ],
  });
  expect(calls.at(-1)?.input.AddSubnetIds).toEqual(['subnet-22222222']);
  expect(items.get(`own#${ENDPOINT}`)).toMatchObject({ askedSubnets: { SS: payload.subnetIds } });
});

test('a refusal that names no subnet is about all of them, and no error', async () => {
  const { items } = aws({ ModifyVpcEndpoint: awsError('OperationNotPermitted', 'Not now.') }, [recorded]);
  const { leftOut } = await handler(payload);
  expect(leftOut).toHaveLength(2);
  expect(items.get(`own#${ENDPOINT}`)).toMatchObject({ askedSubnets: { SS: payload.subnetIds } });
});

test('an answer that was lost is no refusal', async () => {
  const { items } = aws(
    { ModifyVpcEndpoint: awsError('DuplicateSubnetsInSameZone', 'Found another VPC endpoint subnet.') },
    [recorded],
  );
  expect(await handler(payload)).toEqual({ leftOut: [] });
  expect(items.get(`own#${ENDPOINT}`)).toEqual(recorded);
});

test.each([
  ['EndpointNotFound', awsError('InvalidVpcEndpointId.NotFound')],
  ['AccessDenied', awsError('UnauthorizedOperation')],
  ['AwsUnavailable', awsError('RequestLimitExceeded')],
  ['AwsUnavailable', awsError('IncorrectState')],
  ['AwsUnavailable', awsError('OperationInProgress')],
])('says %s', async (name, error) => {
  aws({ ModifyVpcEndpoint: error }, [recorded]);
  expect((await errorOf(handler(payload))).name).toBe(name);
});
