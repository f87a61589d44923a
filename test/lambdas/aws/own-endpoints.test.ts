import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/aws/describe-vpc.ts';
import { ACCOUNT, aws, CONFIGURATION, ENDPOINT, errorOf, made, VPC } from './stub.ts';
import { endpoint, payload, ready } from './vpc.ts';

describe('whose an endpoint of the VPC is', () => {
  test('the oldest tagged endpoint takes over nothing', async () => {
    const older = { CreationTimestamp: new Date(0) };
    aws({
      ...ready,
      DescribeVpcEndpoints: {
        VpcEndpoints: [endpoint('available', 'vpce-x', older), endpoint('available')],
      },
    });
    expect(await handler(payload)).toMatchObject({ endpoint: { vpcEndpointId: ENDPOINT } });
  });

  test('an endpoint to AWS that is tagged as the connection is none of it', async () => {
    const kms = { VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.us-east-1.kms' };
    const tagged = endpoint('available', 'vpce-x', { ...kms, ResourceConfigurationArn: undefined });
    aws({ ...ready, DescribeVpcEndpoints: { VpcEndpoints: [tagged] } }, []);
    expect(await handler(payload)).toMatchObject({ endpoint: null, retiredEndpointIds: [] });
  });

  test('one that leads there and was made by hand is left to a person, who can have it taken over', async () => {
    const shown = { DescribeVpcEndpoints: { VpcEndpoints: [endpoint('available')] } };
    const { items } = aws({ ...ready, ...shown }, []);
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain(`start onboard by hand with "vpcEndpointId":"${ENDPOINT}"`);
    expect(items.size).toBe(0);
    const { items: taken } = aws({ ...ready, ...shown }, []);
    expect(await handler({ ...payload, takeOver: ENDPOINT })).toMatchObject({
      endpoint: { vpcEndpointId: ENDPOINT },
    });
    expect(taken.get(`own#${ENDPOINT}`)).toMatchObject(made(ENDPOINT));
  });

  test('one that leads there without any tags is named, with both ways out', async () => {
    const VpcEndpoints = [endpoint('available', ENDPOINT, { Tags: [{ Key: 'Name', Value: 'by hand' }] })];
    aws({ ...ready, DescribeVpcEndpoints: { VpcEndpoints } }, []);
    const error = await errorOf(handler(payload));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.message).toContain(
      `--resources ${ENDPOINT} --tags Key=redis-privatelink:managed-by,Value=redis-privatelink Key=redis-privatelink:connection,Value=orders`,
    );
    expect(error.message).toContain(`"vpcEndpointId":"${ENDPOINT}"`);
    expect(error.message).toMatch(/Or let its owner delete it, and redrive/);
  });

  test.each([
    ['leads elsewhere', { ResourceConfigurationArn: `${CONFIGURATION}f` }],
    ['is going', { State: 'deleting' }],
  ])('one without tags that %s is in nobody’s way', async (_, more) => {
    const VpcEndpoints = [endpoint('available', ENDPOINT, { Tags: [], ...more })];
    aws({ ...ready, DescribeVpcEndpoints: { VpcEndpoints } }, []);
    expect(await handler(payload)).toMatchObject({ endpoint: null });
  });

  test.each<[string, object | undefined, string]>([
    ['is not there', undefined, 'does not exist'],
    ['is in another VPC', { VpcId: 'vpc-00000000' }, 'is in vpc-00000000'],
    ['leads elsewhere', { ResourceConfigurationArn: `${CONFIGURATION}f` }, 'leads to something else'],
    ['is going', { State: 'deleting' }, 'is deleting'],
    ['has no tags', { Tags: [] }, 'lacks the tags'],
  ])('one that %s cannot be taken over', async (_, more, why) => {
    const VpcEndpoints = more ? [endpoint('available', ENDPOINT, more)] : [];
    const { items } = aws({ ...ready, DescribeVpcEndpoints: [{ VpcEndpoints: [] }, { VpcEndpoints }] }, []);
    const error = await errorOf(handler({ ...payload, takeOver: ENDPOINT }));
    expect([error.name, error.message]).toEqual(['PreconditionFailed', expect.stringContaining(why)]);
    expect(items.size).toBe(0);
  });

  test('its own without its tags is not doubled', async () => {
    const untagged = { VpcEndpoints: [endpoint('available', ENDPOINT, { Tags: [] })] };
    aws({ ...ready, DescribeVpcEndpoints: [{ VpcEndpoints: [] }, untagged] });
    const error = await errorOf(handler(payload));
    expect([error.name, error.message]).toEqual([
      'PreconditionFailed',
      expect.stringContaining('somebody has changed its tags'),
    ]);
  });

  test('one that is being made, and whose answer was lost, is asked for again', async () => {
    const making = { pk: { S: `account#${ACCOUNT}` }, sk: { S: `making#orders#${VPC}#token` } };
    aws({ ...ready, DescribeVpcEndpoints: { VpcEndpoints: [endpoint('available')] } }, [making]);
    expect(await handler(payload)).toMatchObject({ endpoint: null });
  });
});
