import { createHash } from 'node:crypto';
import { AwsError } from '../service.ts';

export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with or without `.<label>`. */
  DataType: string;
  StringValue?: string;
  BinaryValue?: Uint8Array;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** @throws AwsError with the code, which is the service's own for a bad value */
export function checkMessageAttributes(attributes: MessageAttributes, code: string): void {
  const invalid = (message: string) => new AwsError(code, message);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^[\w.-]{1,256}$/.test(name)) throw invalid(`${name} is not a name of a message attribute.`);
    const [, kind] = /^(String|Number|Binary)(?:\..+)?$/.exec(DataType) ?? [];
    if (!kind) throw invalid(`The type of message attribute ${name} is String, Number or Binary.`);
    const value = kind === 'Binary' ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0) {
      throw invalid(`The message attribute ${name} must contain a non-empty value of its type.`);
    }
  }
}

/** Bytes that count towards a message's size: names, types and values. */
export function sizeOf(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (size, [name, { DataType, StringValue, BinaryValue }]) =>
      size +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? BinaryValue!),
    0,
  );
}

/** The attributes that a receiver names: `All`, `.*`, `<prefix>.*`, or a name. */
export function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const isWanted = (name: string) =>
    names.some(
      (wanted) =>
        wanted === 'All' ||
        wanted === name ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

/** As the SQS Developer Guide documents it in "Calculating the MD5 message digest for message attributes". */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const entries = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (part: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    const isBinary = DataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(isBinary ? 2 : 1));
    add(isBinary ? BinaryValue! : Buffer.from(StringValue!));
  }
  return hash.digest('hex');
}
