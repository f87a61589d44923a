import type { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Configuration } from '../configuration.ts';
import type { Alerts } from '../constructs/alerts.ts';

/**
 * What the functions and workflows of the hub are made from. They live in the stack itself, so that their logical ids
 * do not depend on the file that makes them.
 */
export interface Hub {
  stack: Stack;
  configuration: Configuration;
  /** Encrypts everything that the stack keeps. */
  key: IKey;
  /** The keys of each Redis Cloud account, by its name. */
  secrets: ReadonlyMap<string, ISecret>;
  table: ITable;
  deadLetterQueue: IQueue;
  alerts: Alerts;
}
