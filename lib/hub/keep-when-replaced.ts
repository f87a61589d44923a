import { CfnDeletionPolicy, type CfnResource, type Resource } from 'aws-cdk-lib';

/**
 * Leaves a resource in the account, with all that it keeps, when an update replaces it: by mistake, or because the
 * secret gets another name. It goes when the stack is deleted.
 */
export function keepWhenReplaced({ node }: Resource): void {
  (node.defaultChild as CfnResource).cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
}
