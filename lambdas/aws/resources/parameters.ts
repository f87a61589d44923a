import {
  DeleteParametersCommand,
  PutParameterCommand,
  paginateGetParametersByPath,
  type SSMClient,
  type Tag,
} from '@aws-sdk/client-ssm';
import { codeOf } from '../../shared/aws/errors.ts';
import { folderOf, OWN_PARAMETER } from './parameter-tree.ts';

/**
 * Attempts of a single call, made by the SDK with growing pauses: a tree is many calls, and Parameter Store takes
 * three writes a second by default ("AWS Systems Manager endpoints and quotas"). The SDK pauses for some half a
 * second, then for twice and four times that, in which five more writes become possible.
 */
export const PARAMETER_ATTEMPTS = 4;

/** DeleteParameters takes so many names ("DeleteParameters", API reference). */
const MAX_DELETED = 10;

/** This system's own parameters in the folder of a connection or VPC, with their values. */
export async function readParameters(
  ssm: SSMClient,
  connection: string,
  vpcId: string | null,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const pages = paginateGetParametersByPath(
    { client: ssm },
    { Path: folderOf(connection, vpcId), Recursive: true },
  );
  for await (const { Parameters = [] } of pages) {
    for (const parameter of Parameters) {
      // A list may have a null in it, and a parameter may lack its name, as the SDK gives them: what is left is found later.
      const { Name, Value } = parameter ?? {};
      if (!Name || !OWN_PARAMETER.test(Name.slice(folderOf(connection, null).length + 1))) continue;
      found.set(Name, Value ?? '');
    }
  }
  return found;
}

/**
 * Writes a parameter. AWS takes tags only for a new one, and not together with `Overwrite` ("PutParameter", API reference).
 *
 * @param options.isKnown whether it is there already
 */
export async function writeParameter(
  ssm: SSMClient,
  { name, value, isKnown, tags }: { name: string; value: string; isKnown: boolean; tags: () => Tag[] },
): Promise<void> {
  const request = { Name: name, Value: value, Type: 'String', Tier: 'Standard' } as const;
  if (!isKnown) {
    try {
      await ssm.send(new PutParameterCommand({ ...request, Tags: tags() }));
      return;
    } catch (error) {
      // Somebody has written it in between.
      if (codeOf(error) !== 'ParameterAlreadyExists') throw error;
    }
  }
  await ssm.send(new PutParameterCommand({ ...request, Overwrite: true }));
}

/** Deletes parameters; one that is gone already is as good as deleted. */
export async function deleteParameters(ssm: SSMClient, names: readonly string[]): Promise<void> {
  for (let from = 0; from < names.length; from += MAX_DELETED) {
    await ssm.send(new DeleteParametersCommand({ Names: names.slice(from, from + MAX_DELETED) }));
  }
}
