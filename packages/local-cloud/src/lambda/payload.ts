import { AwsError } from '../aws/service.ts';

const synchronousPayloadBytes = 6_291_456;
const asynchronousPayloadBytes = 1_048_576;

/** @throws AwsError for a payload that is too large or no JSON */
export function payloadText(
  payload: string | Uint8Array | undefined,
  type: 'RequestResponse' | 'Event',
): string {
  const text = typeof payload === 'string' ? payload : Buffer.from(payload ?? []).toString();
  const limit = type === 'Event' ? asynchronousPayloadBytes : synchronousPayloadBytes;
  const bytes = Buffer.byteLength(text);
  if (bytes > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  }
  try {
    JSON.parse(text || '{}');
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
  return text || '{}';
}
