import { ArnFormat } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { acceptWildcard } from '../../constructs/accepted-findings.ts';
import { useOfKey } from '../../constructs/key-use.ts';
import { Workflow } from '../../constructs/workflow.ts';
import { namesIn } from '../../names.ts';
import type { Functions } from '../functions.ts';
import type { Hub } from '../hub.ts';
import { allowAnnouncing } from './permissions.ts';

/**
 * Stores Redis Cloud's endpoint script for the owner of an account that cannot be entered: the functions that it
 * invokes, and what else it may do.
 */
export function endpointScriptWorkflow(
  { stack, key }: Hub,
  { redisCloud, ...functions }: Functions,
): StateMachine {
  const { stateMachine } = new Workflow(stack, 'EndpointScript', {
    name: 'endpoint-script',
    key,
    substitutions: {
      CheckScriptRequest: functions.CheckScriptRequest,
      ReleaseLock: functions.ReleaseLock,
      GetEndpointScript: redisCloud.GetEndpointScript,
      GetTask: redisCloud.GetTask,
      KeyId: key.keyArn,
      EventBusName: namesIn(stack).SYSTEM,
    },
  });
  const scripts = stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${namesIn(stack).SYSTEM}/endpoint-script/*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  acceptWildcard(
    stateMachine,
    scripts,
    'There is one for each connection and account that cannot be entered.',
  );
  stateMachine.addToRolePolicy(
    new PolicyStatement({
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:TagResource'],
      resources: [scripts],
    }),
  );
  stateMachine.addToRolePolicy(useOfKey(key, 'secretsmanager to write'));
  allowAnnouncing(stack, stateMachine);
  return stateMachine;
}
