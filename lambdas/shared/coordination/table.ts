import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { AccessDenied, AwsUnavailable, NamedError } from '../errors.ts';
import { readEnvironment } from '../runtime/environment.ts';

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

/**
 * Runs what uses the table or Step Functions.
 *
 * @param subject what could not be done without them, for the message
 * @throws AccessDenied when they refuse the function's role, and AwsUnavailable for whatever else they answer: the
 *   workflow tries again.
 */
export async function withAwsErrors<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NamedError) throw error;
    const { name, message } = error as Error;
    if (/^AccessDenied(Exception)?$/.test(name)) {
      throw new AccessDenied(
        `${subject}: ${message} (${name}) Deploy the hub again: its functions' roles permit it.`,
      );
    }
    throw new AwsUnavailable(`${subject}: ${name}: ${message}`);
  }
}
