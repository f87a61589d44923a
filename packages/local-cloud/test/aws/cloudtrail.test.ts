import { beforeEach, describe, expect, test } from '@jest/globals';
import { CloudTrail } from '../../src/aws/cloudtrail.ts';
import { AwsServices } from '../../src/aws/service.ts';

const MANAGEMENT = '111111111111';
const MEMBER = '444455556666';
const ARN = `arn:aws:cloudtrail:us-east-1:${MANAGEMENT}:trail/organization`;

let cloudTrail: CloudTrail;
let services: AwsServices;

beforeEach(() => {
  services = new AwsServices();
  cloudTrail = new CloudTrail({
    managementAccountId: MANAGEMENT,
    isMember: (accountId) => [MANAGEMENT, MEMBER].includes(accountId),
  });
  services.register(cloudTrail);
});

function ask(action: string, input: object, accountId = MANAGEMENT) {
  const caller = { accountId, region: 'eu-west-1', arn: `arn:aws:iam::${accountId}:root` };
  return services.call('cloudtrail', action, input, caller);
}

describe('the organization’s trail', () => {
  test('is seen by every account of the organization, in every Region', async () => {
    const seen = { trailList: [expect.objectContaining({ TrailARN: ARN, IsOrganizationTrail: true })] };
    expect(await ask('DescribeTrails', {})).toEqual(seen);
    expect(await ask('DescribeTrails', {}, MEMBER)).toEqual(seen);
    expect(await ask('DescribeTrails', {}, '999988887777')).toEqual({ trailList: [] });
    expect(await ask('GetTrailStatus', { Name: ARN }, MEMBER)).toEqual({ IsLogging: true });
    await expect(ask('GetTrailStatus', { Name: 'organization' }, MEMBER)).rejects.toThrow('Unknown trail');
  });

  test('records the organization’s accounts while it logs', async () => {
    expect([MANAGEMENT, MEMBER, '999988887777'].map((id) => cloudTrail.records(id))).toEqual([
      true,
      true,
      false,
    ]);
    await ask('StopLogging', { Name: 'organization' });
    expect(cloudTrail.records(MEMBER)).toBe(false);
    await ask('StartLogging', { Name: ARN });
    expect(cloudTrail.records(MEMBER)).toBe(true);
    await ask('DeleteTrail', { Name: ARN });
    expect(cloudTrail.records(MEMBER)).toBe(false);
    await expect(ask('StartLogging', { Name: ARN })).rejects.toThrow('Unknown trail');
  });

  test('belongs to the management account', async () => {
    await expect(ask('StopLogging', { Name: ARN }, MEMBER)).rejects.toMatchObject({
      code: 'NotOrganizationMasterAccountException',
    });
    expect(cloudTrail.records(MEMBER)).toBe(true);
  });
});
