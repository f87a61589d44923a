import type { Definition } from './definition.ts';

/** A state machine as it was when an execution started. */
export interface Revision {
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly definition: Definition;
  readonly definitionText: string;
  readonly roleArn: string;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly updateDate: number;
  readonly revisionId: string;
  readonly loggingConfiguration: unknown;
  readonly tracingConfiguration: unknown;
  /** Of the Map Run that started it, if it is a child workflow. */
  readonly mapRun?: { readonly arn: string; readonly label: string; readonly isExpress: boolean };
}
