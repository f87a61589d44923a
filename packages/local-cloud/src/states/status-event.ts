import type { Execution } from './execution.ts';

/** An EventBridge event "Step Functions Execution Status Change". */
export interface StatusChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  /** To the second, as EventBridge writes it. */
  readonly time: string;
  readonly region: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

/** Dates in the detail are milliseconds since the epoch; what does not exist yet is null. */
export function statusChangeEvent(execution: Execution, id: string, now: number): StatusChangeEvent {
  const { revision, output, error, cause } = execution;
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: revision.accountId,
    time: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: revision.region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: revision.stateMachineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate,
      stopDate: execution.stopDate ?? null,
      input: execution.input,
      output: output ?? null,
      inputDetails: { included: true },
      outputDetails: output === undefined ? null : { included: true },
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveDate ?? null,
      error: error ?? null,
      cause: cause ?? null,
    },
  };
}
