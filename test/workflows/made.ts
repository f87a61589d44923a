import type { Lab } from './harness.ts';

/** What was made in the account. */
export async function made(lab: Lab, accountId: string) {
  const place = { accountId, region: 'us-east-1' };
  const { SecurityGroups } = await lab.call<{ SecurityGroups: { GroupName: string }[] }>(
    'ec2',
    'DescribeSecurityGroups',
    {},
    place,
  );
  const groups = SecurityGroups.map(({ GroupName }) => GroupName).filter((name) => name !== 'default');
  return { endpoints: await lab.endpoints(accountId), groups };
}
