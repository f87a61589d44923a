import type { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ApiFunction } from './api-function.ts';
import type { EventIntake } from './event-intake.ts';

/** The events after which it may stand otherwise with a VPC, beside those that are announced. */
const ABOUT_VPCS = ['VpcCreated', 'VpcTagged', 'TagsChanged'];

/**
 * Has the status of VPCs written after events that may change it. What the function fails at again and again is dropped:
 * it is a label, and the next event writes it.
 *
 * No new event starts it: the rules look for the tag that asks for connections, not for the status.
 */
export function writeStatusAfter(
  { rules }: EventIntake,
  announced: Rule,
  writeStatus: ApiFunction,
  deadLetterQueue: IQueue,
): void {
  const about = rules.filter(({ node }) => ABOUT_VPCS.includes(node.id));
  for (const rule of [...about, announced]) {
    rule.addTarget(new LambdaFunction(writeStatus.function, { deadLetterQueue }));
  }
}
