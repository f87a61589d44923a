import { membersOf, type Shape, traitsOf } from './schemas.ts';
import { writeText } from './values.ts';

/**
 * Writes the members of a structure as XML elements.
 *
 * @throws Error when the value has members that the shape does not have
 */
export function writeMembers(shape: Shape, value: unknown, path: string): string {
  const left = new Set(Object.keys(value ?? {}));
  let xml = '';
  for (const [name, member] of membersOf(shape)) {
    left.delete(name);
    const item = (value as Record<string, unknown>)[name];
    if (item === undefined || item === null) continue;
    xml += writeMember(
      (member.getMemberTraits() as { xmlName?: string }).xmlName ?? name,
      member,
      item,
      path,
    );
  }
  if (left.size > 0) throw new Error(`${path} has no member ${[...left].join(', ')}.`);
  return xml;
}

function writeMember(name: string, shape: Shape, value: unknown, path: string): string {
  const below = `${path}.${name}`;
  if (shape.isStructSchema()) return element(name, writeMembers(shape, value, below));
  if (shape.isListSchema()) {
    const member = shape.getValueSchema();
    const flat = traitsOf(shape).xmlFlattened;
    const itemName = flat ? name : (traitsOf(member).xmlName ?? 'member');
    const items = (value as unknown[]).map((item) => writeMember(itemName, member, item, below)).join('');
    return flat ? items : element(name, items);
  }
  if (shape.isMapSchema()) {
    const keyShape = shape.getKeySchema();
    const valueShape = shape.getValueSchema();
    const flat = traitsOf(shape).xmlFlattened;
    const entries = Object.entries(value as object).map(([key, item]) =>
      element(
        flat ? name : 'entry',
        element(traitsOf(keyShape).xmlName ?? 'key', escapeXml(key)) +
          writeMember(traitsOf(valueShape).xmlName ?? 'value', valueShape, item, below),
      ),
    );
    return flat ? entries.join('') : element(name, entries.join(''));
  }
  return element(name, escapeXml(writeText(shape, value)));
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}
