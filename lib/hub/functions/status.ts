import { Duration } from 'aws-cdk-lib';
import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { automationConfiguration } from './add-function.ts';
import { addMemberFunction, creatorEnvironment } from './aws.ts';
import { allowAskingForAccounts } from './permissions.ts';

/** Undefined where VPCs get no status. */
export function writeStatus(hub: Hub): ApiFunction | undefined {
  const { configuration, table } = hub;
  if (!configuration.operations.statusTags) return undefined;
  const made = addMemberFunction(hub, 'WriteStatus', {
    call: 'write-status',
    description: 'Tells by a tag of the VPC how it stands with it.',
    environment: {
      ...creatorEnvironment(hub),
      ...environmentOf<typeof tableEnvironment>({ TABLE_NAME: table.tableName }),
    },
    timeout: Duration.minutes(1),
    configuration: automationConfiguration(hub),
  });
  allowAskingForAccounts(hub, made);
  grantTable(table, made.function, 'dynamodb:Query');
  return made;
}
