import { createRequire } from 'node:module';
import { AwsError } from '../service.ts';

/** Members of a request or an answer. */
export type Members = Record<string, unknown>;

/** The actions that dynalite has. */
export type DynaliteAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'CreateTable'
  | 'DeleteItem'
  | 'DeleteTable'
  | 'DescribeTable'
  | 'GetItem'
  | 'ListTables'
  | 'ListTagsOfResource'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'TagResource'
  | 'UntagResource'
  | 'UpdateItem'
  | 'UpdateTable';

// dynalite exports only its HTTP server, but is made of these parts: a store, and for each action a module that
// checks the input and one that performs it. Called so, a request costs a tenth of what it costs over HTTP. The
// package has no types.
const require = createRequire(import.meta.url);

interface Store {
  tableDb: { awsAccountId: string; awsRegion: string };
  db: { close(done: (error?: Error | null) => void): void };
}

interface Rules {
  types: Record<string, unknown>;
  custom?: unknown;
}

type Done = (error: Failure | null, output?: unknown) => void;

/** What dynalite answers with a status has a body; anything else is a fault of its own. */
interface Failure extends Error {
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

const { create } = require('dynalite/db') as { create(options: Record<string, number>): Store };
const { checkTypes, checkValidations, toLowerFirst } = require('dynalite/validations') as {
  checkTypes(input: Members, types: Rules['types']): Members;
  checkValidations(input: Members, types: Rules['types'], custom: unknown, store: Store): void;
  toLowerFirst(name: string): string;
};

/** The tables of one account in one Region, kept by dynalite in memory. */
export class Dynalite {
  readonly #store: Store;

  constructor(accountId: string, region: string) {
    this.#store = create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#store.tableDb.awsAccountId = accountId;
    this.#store.tableDb.awsRegion = region;
  }

  /**
   * Performs an action. Times are left out of answers: dynalite takes them from the machine's clock.
   *
   * @throws AwsError what dynalite answers, and `UnknownOperationException` for members that it does not know
   */
  call(action: DynaliteAction, input: Members): Promise<Members> {
    return new Promise((resolve, reject) => {
      try {
        const checked = this.#checked(action, input);
        const perform = part('actions', action) as (store: Store, input: Members, done: Done) => void;
        perform(this.#store, checked, (error, output) => {
          if (error) reject(asAwsError(error));
          // dynalite goes on changing what it answered, so this moment's copy is taken.
          else resolve(fromDynalite(output || {}) as Members);
        });
      } catch (error) {
        reject(asAwsError(error as Failure));
      }
    });
  }

  /** Checks an action's input without performing it. @throws AwsError as {@link call} */
  check(action: DynaliteAction, input: Members): void {
    try {
      this.#checked(action, input);
    } catch (error) {
      throw asAwsError(error as Failure);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#store.db.close((error) => (error ? reject(error) : resolve()));
    });
  }

  #checked(action: DynaliteAction, input: Members): Members {
    const { types, custom } = part('validations', action) as Rules;
    const members = toDynalite(input) as Members;
    for (const name of Object.keys(members)) {
      // dynalite would leave them out without a word.
      if (!Object.hasOwn(types, name)) {
        throw new AwsError(
          'UnknownOperationException',
          `The local cloud's DynamoDB does not know ${action}'s ${name}.`,
        );
      }
    }
    const checked = checkTypes(members, types);
    checkValidations(checked, types, custom, this.#store);
    return checked;
  }
}

function part(folder: 'actions' | 'validations', action: DynaliteAction): unknown {
  return require(`dynalite/${folder}/${toLowerFirst(action)}`);
}

function asAwsError(error: Failure): Error {
  const { statusCode, body } = error;
  if (!statusCode || !body) return error;
  const code = body.__type.slice(body.__type.lastIndexOf('#') + 1);
  return new AwsError(code, body.message ?? body.Message ?? '', statusCode);
}

/** A copy as dynalite reads it from the wire: binary values in base64. */
function toDynalite(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toDynalite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[name, toDynalite(member)]],
    ),
  );
}

/** A copy as the SDK shows it. Only an attribute value has text in `B` or a list of texts in `BS`. */
function fromDynalite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromDynalite);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (member === undefined || (name.endsWith('DateTime') && typeof member === 'number')) return [];
    if (name === 'B' && typeof member === 'string') return [[name, bytes(member)]];
    if (name === 'BS' && Array.isArray(member)) return [[name, member.map(bytes)]];
    return [[name, fromDynalite(member)]];
  });
  return Object.fromEntries(entries);
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
