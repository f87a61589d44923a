import type { Lambda } from '../../lambda/lambda.ts';
import type { StepFunctions } from '../../states/step-functions.ts';
import type { EventBridge } from '../eventbridge.ts';
import type { Logs } from '../logs/logs.ts';
import type { Sqs } from '../sqs.ts';
import type { CloudWatch } from './cloudwatch.ts';

/** The services that tell CloudWatch of themselves. */
export interface Sources {
  lambda: Lambda;
  stepFunctions: StepFunctions;
  eventBridge: EventBridge;
  sqs: Sqs;
  logs: Logs;
}

const EXECUTIONS = new Map([
  ['ExecutionStarted', 'ExecutionsStarted'],
  ['ExecutionSucceeded', 'ExecutionsSucceeded'],
  ['ExecutionFailed', 'ExecutionsFailed'],
  ['ExecutionTimedOut', 'ExecutionsTimedOut'],
  ['ExecutionAborted', 'ExecutionsAborted'],
]);

/** Lets the services' metrics, as far as alarms of ours use them, and all log lines reach CloudWatch. */
export function connectSources(cloudWatch: CloudWatch, sources: Sources): void {
  const { lambda, stepFunctions, eventBridge, sqs, logs } = sources;
  lambda.observe((line) => {
    cloudWatch.readLogLine(line);
    const { logGroup: logGroupName, logStream: logStreamName, time: timestamp, line: message } = line;
    if (logStreamName !== undefined)
      logs.append({ ...line, logGroupName, logStreamName, timestamp, message });
  });
  lambda.observeThrottles(({ accountId, region }) =>
    cloudWatch.record({ accountId, region, namespace: 'AWS/Lambda', name: 'Throttles', dimensions: {} }, 1),
  );
  stepFunctions.observe(({ arn, stateMachineName }, { type }) => {
    const name = EXECUTIONS.get(type);
    if (!name) return;
    const [, partition, , region = '', accountId = ''] = arn.split(':');
    const StateMachineArn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${stateMachineName}`;
    cloudWatch.record(
      { accountId, region, namespace: 'AWS/States', name, dimensions: { StateMachineArn } },
      1,
    );
  });
  eventBridge.observe(({ accountId, region, rule, failure, deadLettered }) => {
    if (!failure || deadLettered) return;
    const bus: Record<string, string> = rule.busName === 'default' ? {} : { EventBusName: rule.busName };
    const metric = {
      accountId,
      region,
      namespace: 'AWS/Events',
      name: 'InvocationsFailedToBeSentToDlq',
      dimensions: { ...bus, RuleName: rule.name },
    };
    cloudWatch.record(metric, 1);
  });
  cloudWatch.sample(({ accountId, region, namespace, name, dimensions }) =>
    namespace === 'AWS/SQS' && name === 'ApproximateNumberOfMessagesVisible'
      ? sqs.visibleMessages({ accountId, region, name: dimensions.QueueName ?? '' })
      : undefined,
  );
}
