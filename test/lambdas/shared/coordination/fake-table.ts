import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

type Value = { S?: string; N?: string; BOOL?: boolean };
type Item = Record<string, Value>;
type Command = Parameters<DynamoDBClient['send']>[0];

/** A table in memory. It knows the expressions that locks and places use, and refuses others. */
export class FakeTable {
  readonly #items = new Map<string, Item>();

  /** The keys of the items that begin so, in order. */
  keys(prefix = ''): string[] {
    return [...this.#items.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** The items that hold anything, in order. */
  left(): Item[] {
    return this.keys()
      .map((name) => this.#items.get(name)!)
      .filter((item) => Object.keys(item).length > 2);
  }

  /** Answers a command as DynamoDB does, at once. */
  send(command: Command): object {
    if (command instanceof QueryCommand) {
      const { ExpressionAttributeValues: values = {}, KeyConditionExpression, Limit } = command.input;
      const [, begins = ''] = /^pk = :pk(?: AND begins_with\(sk, (:\w+)\))?$/.exec(KeyConditionExpression!)!;
      const found = this.keys(`${values[':pk']!.S} ${values[begins]?.S ?? ''}`);
      return { Items: found.slice(0, Limit).map((name) => this.#items.get(name)!) };
    }
    if (command instanceof GetItemCommand)
      return { Item: this.#items.get(nameOf(command.input.Key as Item)) };
    if (command instanceof PutItemCommand) {
      const item = command.input.Item as Item;
      this.#check(nameOf(item), command.input);
      this.#items.set(nameOf(item), item);
    } else if (command instanceof DeleteItemCommand) {
      const name = nameOf(command.input.Key as Item);
      this.#check(name, command.input);
      const Attributes = this.#items.get(name);
      this.#items.delete(name);
      if (command.input.ReturnValues === 'ALL_OLD') return { Attributes };
    } else if (command instanceof UpdateItemCommand) {
      const name = nameOf(command.input.Key as Item);
      this.#check(name, command.input);
      const item = { ...this.#items.get(name), ...(command.input.Key as Item) };
      change(item, command.input);
      this.#items.set(name, item);
      if (command.input.ReturnValues === 'UPDATED_NEW') return { Attributes: item };
    } else throw new Error(`The table knows no ${command.constructor.name}.`);
    return {};
  }

  #check(
    name: string,
    input: PutItemCommand['input'] | DeleteItemCommand['input'] | UpdateItemCommand['input'],
  ): void {
    const { ConditionExpression, ExpressionAttributeNames: names = {} } = input;
    if (!ConditionExpression) return;
    const values = (input.ExpressionAttributeValues ?? {}) as Item;
    const item = this.#items.get(name);
    const holds = (term: string) => {
      const [, absent] = /^attribute_not_exists\((#?\w+)\)$/.exec(term) ?? [];
      if (absent) return item?.[names[absent] ?? absent] === undefined;
      const [, attribute = '', operator, value = ''] = /^(#?\w+) (=|<|<=) (:\w+)$/.exec(term)!;
      const stored = item?.[names[attribute] ?? attribute];
      if (operator === '<') return Number(stored?.N) < Number(values[value]?.N);
      if (operator === '<=') return Number(stored?.N) <= Number(values[value]?.N);
      return JSON.stringify(stored) === JSON.stringify(values[value]);
    };
    const isMet = ConditionExpression.split(' AND ').map((some) =>
      some.replace(/^\((.*)\)$/, '$1').split(' OR '),
    );
    if (!isMet.every((some) => some.some(holds)))
      throw new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  }
}

/** Does what the expression says: `SET a = :v, b = b + :v ADD c :v REMOVE d`. */
function change(item: Item, input: UpdateItemCommand['input']): void {
  const { UpdateExpression = '', ExpressionAttributeNames: names = {} } = input;
  const values = (input.ExpressionAttributeValues ?? {}) as Item;
  const sum = (one: Value | undefined, other: Value | undefined) => ({
    N: String(Number(one?.N ?? 0) + Number(other?.N)),
  });
  for (const clause of UpdateExpression.split(/ (?=ADD |REMOVE )/)) {
    const [, verb, list = ''] = /^(SET|ADD|REMOVE) (.+)$/.exec(clause)!;
    for (const part of list.split(', ')) {
      const [, name = '', term, value = ''] = /^(#?\w+)(?: =)?( #?\w+ \+)? ?(:\w+)?$/.exec(part)!;
      const attribute = names[name] ?? name;
      if (verb === 'REMOVE') delete item[attribute];
      else item[attribute] = verb === 'ADD' || term ? sum(item[attribute], values[value]) : values[value]!;
    }
  }
}

function nameOf({ pk, sk }: Item): string {
  return `${pk?.S} ${sk?.S}`;
}
