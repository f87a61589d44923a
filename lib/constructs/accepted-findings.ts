import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one finding of cdk-nag's AwsSolutions on a construct and on what is below it.
 *
 * @param finding as cdk-nag names it, without the name of the pack: `SQS3`
 * @param reason why it is right as it is
 */
export function acceptFinding(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/**
 * Accepts that a policy below the construct names this resource, which has a wildcard in it.
 *
 * @param resource as the policy names it; it may hold tokens
 * @param reason why no single resource can be named
 */
export function acceptWildcard(construct: IConstruct, resource: string, reason: string): void {
  const resolved = Stack.of(construct).resolve(resource);
  acceptFinding(construct, `IAM5[Resource::${flat(resolved)}]`, reason);
}

/** As cdk-nag writes a resource that is put together by CloudFormation: `arn:<AWS::Partition>:…`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(flat).join(String(join[0]));
  throw new Error(`Not a resource that cdk-nag could name: ${JSON.stringify(value)}`);
}
