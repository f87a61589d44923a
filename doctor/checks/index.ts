import type { Check } from '../examination.ts';
import { elsewhere } from '../finding.ts';
import { alarms } from './alarms.ts';
import { bootstrap } from './bootstrap.ts';
import { bus } from './bus.ts';
import { asking, delegation } from './delegation.ts';
import { failures } from './failures.ts';
import { network } from './network.ts';
import { features, membership, trustedAccess, units } from './organization.ts';
import { otherSystems } from './other-systems.ts';
import { providers } from './providers.ts';
import { queues } from './queues.ts';
import { reconciliation } from './reconciliation.ts';
import { secret } from './secret.ts';
import { stackSet } from './stack-set.ts';
import { hubStack, memberStacks, organizationStacks } from './stacks.ts';
import { tagPolicy } from './tag-policy.ts';
import { topic } from './topic.ts';
import { trails } from './trails.ts';

/** Whether a member account lets the hub in shows only when the hub's functions try. */
const memberRoles: Check = {
  name: 'the member roles',
  places: ['hub'],
  async look({ configuration, names }) {
    const { hubAccountId, hubRegion } = configuration.organization;
    return [
      elsewhere(
        'whether the hub may enter the member accounts is known to its functions only; a planned reconciliation reports the accounts that it may not',
        `aws stepfunctions start-execution --region ${hubRegion} --state-machine-arn arn:aws:states:${hubRegion}:${hubAccountId}:stateMachine:${names.SYSTEM}-reconcile --input '{"dryRun":true}'`,
      ),
    ];
  },
};

/** In the order in which things must be done. */
export const checks: readonly Check[] = [
  membership,
  features,
  trustedAccess,
  delegation,
  asking,
  units,
  tagPolicy,
  trails,
  bootstrap,
  hubStack,
  secret,
  network,
  providers,
  topic,
  bus,
  organizationStacks,
  stackSet,
  memberStacks,
  otherSystems,
  queues,
  reconciliation,
  failures,
  memberRoles,
  alarms,
];
