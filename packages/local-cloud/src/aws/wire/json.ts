import { membersOf, type Shape, traitsOf } from './schemas.ts';
import { readTimestamp, WireError, writeTimestamp } from './values.ts';

const epochSeconds = 7;

/**
 * Turns parsed JSON into the value that the shape describes.
 *
 * @throws WireError for members that the shape does not have and values of another type
 */
export function readJson(shape: Shape, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (shape.isDocumentSchema()) return value;
  // An action without input is sent an empty object.
  if (shape.isUnitSchema()) {
    const [extra] = Object.keys(objectAt(value, path));
    if (extra) throw new WireError('SerializationException', `${path} has no member ${extra}.`);
    return {};
  }
  if (shape.isStructSchema()) {
    const members = new Map(
      membersOf(shape).map(([name, member]) => [traitsOf(member).jsonName ?? name, { name, member }]),
    );
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(objectAt(value, path))) {
      const known = members.get(key);
      if (!known) throw new WireError('SerializationException', `${path} has no member ${key}.`);
      const read = readJson(known.member, item, `${path}.${key}`);
      if (read !== undefined) result[known.name] = read;
    }
    return result;
  }
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) throw new WireError('SerializationException', `${path} is not a list.`);
    const member = shape.getValueSchema();
    return value.map((item, index) => readJson(member, item, `${path}[${index}]`));
  }
  if (shape.isMapSchema()) {
    const member = shape.getValueSchema();
    return Object.fromEntries(
      Object.entries(objectAt(value, path)).map(([key, item]) => [
        key,
        readJson(member, item, `${path}.${key}`),
      ]),
    );
  }
  if (shape.isTimestampSchema()) return readTimestamp(shape, value, epochSeconds, path);
  if (shape.isBlobSchema()) return new Uint8Array(Buffer.from(textAt(value, path), 'base64'));
  const wanted = shape.isBooleanSchema() ? 'boolean' : shape.isNumericSchema() ? 'number' : 'string';
  if (typeof value !== wanted) throw new WireError('SerializationException', `${path} is not a ${wanted}.`);
  return value;
}

/**
 * Turns a value into what `JSON.stringify` writes on the wire.
 *
 * @throws Error when the value has members that the shape does not have
 */
export function writeJson(shape: Shape, value: unknown, path: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (shape.isDocumentSchema()) return value;
  if (shape.isStructSchema()) {
    const result: Record<string, unknown> = {};
    const left = new Set(Object.keys(value));
    for (const [name, member] of membersOf(shape)) {
      left.delete(name);
      const written = writeJson(member, (value as Record<string, unknown>)[name], `${path}.${name}`);
      if (written !== undefined) result[traitsOf(member).jsonName ?? name] = written;
    }
    if (left.size > 0) throw new Error(`${path} has no member ${[...left].join(', ')}.`);
    return result;
  }
  if (shape.isListSchema()) {
    const member = shape.getValueSchema();
    return (value as unknown[]).map((item, index) => writeJson(member, item, `${path}[${index}]`));
  }
  if (shape.isMapSchema()) {
    const member = shape.getValueSchema();
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, writeJson(member, item, `${path}.${key}`)]),
    );
  }
  if (value instanceof Date) return writeTimestamp(shape, value, epochSeconds);
  if (shape.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return value;
}

function objectAt(value: unknown, path: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new WireError('SerializationException', `${path} is not an object.`);
}

function textAt(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new WireError('SerializationException', `${path} is not a string.`);
}
