import type { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { namesIn } from '../names.ts';

/**
 * Denies some actions on a thing that the hub keeps to everybody who has none of the stack's own roles, whatever his own
 * policies allow. The account's root user remains, for who has locked everybody out. Roles count by the stack's name, with
 * which CloudFormation begins theirs: an update of the stack may replace a role while its function runs.
 */
export function onlyTheHub(stack: Stack, ...actions: string[]): PolicyStatement {
  const ours = [`role/${namesIn(stack).HUB_STACK}-*`, 'root'].map((resource) =>
    stack.formatArn({ service: 'iam', region: '', partition: '*', resource }),
  );
  return new PolicyStatement({
    sid: 'OnlyTheHub',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    // It stands in the policy of the thing itself, whose ARN it cannot name.
    resources: ['*'],
    conditions: { ArnNotLike: { 'aws:PrincipalArn': ours } },
  });
}
