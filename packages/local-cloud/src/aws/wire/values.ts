import { AwsError } from '../service.ts';
import type { Shape } from './schemas.ts';

/** A request that is not in the form of the action's input. */
export class WireError extends AwsError {}

/** Timestamp formats, as the SDK's schemas number them: 4 leaves it to the protocol. */
const dateTime = 5;
const httpDate = 6;
const epochSeconds = 7;

/** @param usual the protocol's own format: 5 in XML and query strings, 7 in JSON */
function formatOf(shape: Shape, usual: number): number {
  const schema = shape.getSchema();
  return typeof schema === 'number' && schema > 4 ? schema : usual;
}

/** A Date as the protocol writes it. */
export function writeTimestamp(shape: Shape, value: Date, usual: number): string | number {
  switch (formatOf(shape, usual)) {
    case dateTime:
      return value.toISOString();
    case httpDate:
      return value.toUTCString();
    default:
      return value.getTime() / 1000;
  }
}

/** @throws WireError when it is not a timestamp */
export function readTimestamp(shape: Shape, value: unknown, usual: number, path: string): Date {
  const isEpoch = formatOf(shape, usual) === epochSeconds;
  const date = new Date(isEpoch ? Number(value) * 1000 : String(value));
  if (Number.isNaN(date.getTime()))
    throw new WireError('SerializationException', `${path} is not a timestamp.`);
  return date;
}

/** A text of a query string or a header as the value that the shape wants. */
export function readText(shape: Shape, text: string, path: string): unknown {
  if (shape.isBooleanSchema()) {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new WireError('MalformedInput', `${path} is not a boolean: ${text}`);
  }
  if (shape.isNumericSchema()) {
    const number = Number(text);
    if (text !== '' && Number.isFinite(number)) return number;
    throw new WireError('MalformedInput', `${path} is not a number: ${text}`);
  }
  if (shape.isTimestampSchema()) return readTimestamp(shape, text, dateTime, path);
  if (shape.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}

/** A simple value as XML text. */
export function writeText(shape: Shape, value: unknown): string {
  if (value instanceof Date) return String(writeTimestamp(shape, value, dateTime));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}
