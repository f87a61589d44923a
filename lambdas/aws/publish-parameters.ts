import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { defineHandler } from '../shared/runtime/handler.ts';
import { memberClient } from './call/member-account.ts';
import { AccountId, Connection, Execution, VpcEndpointId, VpcId } from './call/payload.ts';
import { DnsEndpoint, parameterTree } from './resources/parameter-tree.ts';
import {
  deleteParameters,
  PARAMETER_ATTEMPTS,
  readParameters,
  writeParameter,
} from './resources/parameters.ts';
import { allTags } from './resources/tagging.ts';

/**
 * Writes the parameters by which applications of the member account find their databases: what is missing or
 * different, and nothing else. Parameters of this system that are not true any more are deleted. Does nothing
 * where the connection publishes no parameters.
 *
 * @returns how many were written and deleted.
 * @throws QuotaExceeded when the account has as many parameters as it may have.
 * @throws AwsUnavailable when Parameter Store keeps throttling. Called again, it goes on where it stopped.
 */
export const handler = defineHandler(
  z.object({
    accountId: AccountId,
    connection: z.extend(Connection, { parameters: z.boolean() }),
    vpcId: VpcId,
    vpcEndpointId: VpcEndpointId,
    endpoints: z.array(DnsEndpoint),
    executionName: Execution,
  }),
  async ({ accountId, connection, vpcId, vpcEndpointId, endpoints, executionName }) => {
    const { name, region, parameters } = connection;
    if (!parameters) return { written: 0, deleted: 0 };
    const ssm = await memberClient(
      SSMClient,
      'publish-parameters',
      { accountId, region },
      executionName,
      PARAMETER_ATTEMPTS,
    );

    const wanted = parameterTree(name, vpcId, vpcEndpointId, endpoints);
    const found = await readParameters(ssm, name, vpcId);
    const different = [...wanted].filter(([parameter, value]) => found.get(parameter) !== value);
    const tags = () => allTags(name, executionName);
    for (const [parameter, value] of different) {
      await writeParameter(ssm, { name: parameter, value, isKnown: found.has(parameter), tags });
    }
    const stale = [...found.keys()].filter((parameter) => !wanted.has(parameter));
    await deleteParameters(ssm, stale);
    return { written: different.length, deleted: stale.length };
  },
);
