import { membersOf, type Shape, traitsOf } from './schemas.ts';
import { readText, WireError } from './values.ts';

/** One name of a query string's dotted parameters, with what is below it. */
interface Node {
  text: string | undefined;
  readonly below: Map<string, Node>;
}

/**
 * Reads the parameters of an AWS query or EC2 query request into the action's input.
 *
 * @throws WireError for parameters that the shape does not have and values of another type
 */
export function readQuery(shape: Shape, parameters: URLSearchParams, isEc2: boolean): unknown {
  const root: Node = { text: undefined, below: new Map() };
  for (const [name, text] of parameters) {
    if (name === 'Action' || name === 'Version') continue;
    let node = root;
    for (const part of name.split('.')) {
      let next = node.below.get(part);
      if (!next) {
        next = { text: undefined, below: new Map() };
        node.below.set(part, next);
      }
      node = next;
    }
    node.text = text;
  }
  return readNode(shape, root, '', isEc2) ?? {};
}

function readNode(shape: Shape, node: Node, path: string, isEc2: boolean): unknown {
  if (shape.isStructSchema() || shape.isUnitSchema()) return readStructure(shape, node, path, isEc2);
  if (shape.isListSchema()) {
    const member = shape.getValueSchema();
    const flat = isEc2 || traitsOf(shape).xmlFlattened;
    const wrapper = traitsOf(member).xmlName ?? 'member';
    const items = flat ? node.below : node.below.get(wrapper)?.below;
    if (!items) {
      // `Names=` is how an empty list is written.
      if (node.text === '' && node.below.size === 0) return [];
      throw unknownParameter(path);
    }
    if (!flat && node.below.size > 1) throw unknownParameter(path);
    return numbered(items, path).map(([key, item]) => readNode(member, item, `${path}.${key}`, isEc2));
  }
  if (shape.isMapSchema()) {
    const flat = traitsOf(shape).xmlFlattened;
    const entries = flat ? node.below : (node.below.get('entry')?.below ?? new Map<string, Node>());
    const keyName = traitsOf(shape.getKeySchema()).xmlName ?? 'key';
    const valueName = traitsOf(shape.getValueSchema()).xmlName ?? 'value';
    return Object.fromEntries(
      numbered(entries, path).map(([index, entry]) => {
        const value = entry.below.get(valueName) ?? { text: '', below: new Map() };
        return [
          entry.below.get(keyName)?.text ?? '',
          readNode(shape.getValueSchema(), value, `${path}.${index}`, isEc2),
        ];
      }),
    );
  }
  if (node.text === undefined || node.below.size > 0) throw unknownParameter(path);
  return readText(shape, node.text, path);
}

function readStructure(shape: Shape, node: Node, path: string, isEc2: boolean): Record<string, unknown> {
  const members = new Map(
    membersOf(shape).map(([name, member]) => [parameterName(name, member, isEc2), { name, member }]),
  );
  const result: Record<string, unknown> = {};
  for (const [key, item] of node.below) {
    const below = path ? `${path}.${key}` : key;
    const known = members.get(key);
    if (!known) throw unknownParameter(below);
    result[known.name] = readNode(known.member, item, below, isEc2);
  }
  return result;
}

function parameterName(name: string, member: Shape, isEc2: boolean): string {
  const { xmlName, ec2QueryName } = traitsOf(member);
  if (!isEc2) return xmlName ?? name;
  const usual = xmlName ?? name;
  return ec2QueryName ?? usual.charAt(0).toUpperCase() + usual.slice(1);
}

function numbered(items: Map<string, Node>, path: string): [string, Node][] {
  const entries = [...items];
  const wrong = entries.find(([key]) => !/^\d{1,6}$/.test(key));
  if (wrong) throw unknownParameter(`${path}.${wrong[0]}`);
  return entries.sort(([left], [right]) => Number(left) - Number(right));
}

function unknownParameter(path: string): WireError {
  return new WireError('UnknownParameter', `The parameter ${path} is not recognized`);
}
