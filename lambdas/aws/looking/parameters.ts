import type { SSMClient } from '@aws-sdk/client-ssm';
import { digestOf, folderOf } from '../resources/parameter-tree.ts';
import { readParameters } from '../resources/parameters.ts';

/** The parameters that this system has written for a VPC. */
export interface PublishedParameters {
  /** The connection's name. */
  connection: string;
  vpcId: string;
  /** By {@link digestOf}. */
  digest: string;
}

/** What this system has written in the account and Region for applications to read, VPC by VPC. */
export async function parametersIn(
  ssm: SSMClient,
  connections: readonly string[],
): Promise<PublishedParameters[]> {
  const parameters: PublishedParameters[] = [];
  for (const connection of connections) {
    const trees = new Map<string, Map<string, string>>();
    for (const [name, value] of await readParameters(ssm, connection, null)) {
      const [vpcId = ''] = name.slice(folderOf(connection, null).length + 1).split('/');
      trees.set(vpcId, (trees.get(vpcId) ?? new Map()).set(name, value));
    }
    for (const [vpcId, tree] of trees) parameters.push({ connection, vpcId, digest: digestOf(tree) });
  }
  return parameters;
}
