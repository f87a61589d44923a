import { AwsError } from '../aws/service.ts';

interface Owner {
  id: string;
  accountId: string;
  region: string;
}

/**
 * What the resources of stacks are called: a name is there once, for most types in an account and Region, for IAM's
 * and dashboards in an account, and for buckets in the world.
 */
export class TakenNames {
  /** Ids of stacks by scope, type and physical id. */
  readonly #owners = new Map<string, string>();

  /** @throws AwsError if a resource of a stack has that name */
  take(type: string, physicalId: string, stack: Owner): void {
    const key = keyOf(type, physicalId, stack);
    const owner = this.#owners.get(key);
    if (owner !== undefined) {
      throw new AwsError('AlreadyExists', `${physicalId} already exists in stack ${owner}.`);
    }
    this.#owners.set(key, stack.id);
  }

  release(type: string, physicalId: string, stack: Owner): void {
    this.#owners.delete(keyOf(type, physicalId, stack));
  }
}

function keyOf(type: string, physicalId: string, { accountId, region }: Owner): string {
  if (type === 'AWS::S3::Bucket') return `${type}/${physicalId}`;
  if (type.startsWith('AWS::IAM::') || type === 'AWS::CloudWatch::Dashboard')
    return `${accountId}/${type}/${physicalId}`;
  return `${accountId}/${region}/${type}/${physicalId}`;
}
