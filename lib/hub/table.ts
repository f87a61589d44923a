import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { useOfKey } from '../constructs/key-use.ts';
import { keepWhenReplaced } from './keep-when-replaced.ts';
import { onlyTheHub } from './only-the-hub.ts';

/** All by which an item changes. */
const WRITES = [
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:PartiQLDelete',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];

/**
 * The one table, which the functions and the workflows share. Its partition keys:
 *
 *   `account#<account>`           what is connected, what was made in the account, and each plan, approval and failure of
 *                                 the account and its VPCs
 *   `offboarding#<account>`       executions that have begun to offboard something of the account
 *   `turn#<subscription>`         who may change the subscription, and who waits for that
 *   `places#<account>`            the subscriptions of a Redis Cloud account that are being changed, and that wait for that
 *   `reading#<subscription>`      who reads the PrivateLink, and who waits for the answer
 *   `pace#<subscription>`         how long the latest changes took, and when one was refused
 *   `pace#endpoints#<Region>`     how long the latest VPC endpoints took
 *   `provider#<subscription>`     the account that handed it over first
 *   `network#<connection>`        what is shared with the owner of the connection's service network
 *   `connections`                 what the names of connections are used for
 *   `redis-cloud`                 the budget of requests
 *   `standing`                    what people have done by hand, and VPCs that somebody tries to delete
 *   `removals`, `holds`           the budget of removals, and what goes beyond it
 *   `leftover`                    what is left in accounts that let nobody in
 *   `run#<run>`, `reconcile`      what a reconciliation works on, and its reports
 */
export function hubTable(stack: Stack, key: IKey): Table {
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expires',
    // All of it can be found out again, but for what this system has made and whom it has admitted: docs/remove.md says
    // what goes first.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  keepWhenReplaced(table);
  // People read it: npm run status, plan and doctor.
  table.addToResourcePolicy(onlyTheHub(stack, ...WRITES));
  return table;
}

/** Some actions on the table, and with them the use of its key, which DynamoDB asks of the caller. */
export function grantTable(table: ITable, grantee: IGrantable, ...actions: string[]): void {
  table.grant(grantee, ...actions);
  if (table.encryptionKey)
    grantee.grantPrincipal.addToPrincipalPolicy(useOfKey(table.encryptionKey, 'dynamodb'));
}
