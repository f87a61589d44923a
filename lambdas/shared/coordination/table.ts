import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { readEnvironment } from '../runtime/environment.ts';

export { withAwsErrors } from './aws-errors.ts';

// What executions share is in one table: locks, shared reads, the budget of requests, the durations of changes.

/** What the stack tells the functions that use the table. */
export const tableEnvironment = z.object({ TABLE_NAME: z.string() });

/** The table, as the members of a command's input name it. */
export function table(): { TableName: string } {
  return { TableName: readEnvironment(tableEnvironment).TABLE_NAME };
}

let client: DynamoDBClient | undefined;

export function dynamodb(): DynamoDBClient {
  // One attempt: the step tries again, and does not wait inside a function.
  client ??= new DynamoDBClient({ maxAttempts: 1 });
  return client;
}

/** An item's key, as DynamoDB writes it. */
export type Key = Record<'pk' | 'sk', { S: string }>;

/** @returns whether the write's condition held */
export async function conditional(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
