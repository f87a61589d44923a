import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
export const handler = async (event) => {
  await client.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: {
        id: { S: String(event.id ?? event.detail?.id ?? 'tick') },
        at: { S: new Date().toISOString() },
      },
    }),
  );
  return { stored: event.id ?? null };
};
