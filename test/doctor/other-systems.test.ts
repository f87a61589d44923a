import { expect, jest, test } from '@jest/globals';
import type { Ground } from '../../proof/bench/ground.ts';
import { amiss, call, deployed, keepEnvironment, look, MANAGEMENT, MEMBER } from './deployment.ts';

jest.setTimeout(60_000);
keepEnvironment();

const tagged = (tag: string) => ({
  source: ['aws.tag'],
  detail: { service: ['ec2'], 'changed-tag-keys': [tag] },
});

/** Another system, asked by this tag, of whose stacks the account has what names it. */
async function standsBeside(ground: Ground, tag: string, accountId: string): Promise<void> {
  const rule = (Name: string, pattern: object) =>
    call(ground, 'events', 'PutRule', { Name, EventPattern: JSON.stringify(pattern) }, accountId);
  if (accountId === MEMBER) {
    await rule('trial-vpc-tagged', tagged(tag));
    return;
  }
  await rule('trial-organizations', { source: ['aws.organizations'] });
  const VpcTagged = { Type: 'AWS::Events::Rule', Properties: { EventPattern: tagged(tag) } };
  await call(
    ground,
    'cloudformation',
    'CreateStackSet',
    {
      StackSetName: 'trial-member',
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      TemplateBody: JSON.stringify({ Resources: { VpcTagged } }),
    },
    accountId,
  );
}

test.each([MEMBER, MANAGEMENT])(
  'two systems that are asked by one tag are told, from account %s',
  (accountId) =>
    deployed(
      async (ground) => {
        await standsBeside(ground, 'redis-privatelink', accountId);
        expect(amiss(await look(ground, { as: accountId }))).toEqual([
          'missing: the system trial is asked by the tag redis-privatelink, too: both would connect the same VPCs => give one of them another system.tag in its configuration, then npm run plan -- --config config/privatelink.yaml',
        ]);
      },
      { reconciled: false },
    ),
);

test.each([MEMBER, MANAGEMENT])(
  'a system with a tag of its own is nothing amiss, from account %s',
  (accountId) =>
    deployed(
      async (ground) => {
        await standsBeside(ground, 'trial', accountId);
        const findings = await look(ground, { as: accountId });
        expect(amiss(findings)).toEqual([]);
        expect(findings).toContainEqual({
          status: 'ok',
          text: 'only redis-privatelink is asked by the tag redis-privatelink (trial beside it)',
        });
      },
      { reconciled: false },
    ),
);
