import { namedError } from './errors.ts';

/** What the constructors of the SDK's clients take here. */
export interface ClientConfiguration {
  region: string;
  maxAttempts: number;
  requestHandler: object;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/** A class of client, e.g. `EC2Client`. */
export type ClientClass<C> = new (configuration: ClientConfiguration) => C;

/** The part of a client that is common to all services; the overloads of `send` are each client's own. */
interface Sender {
  readonly config: { readonly serviceId: string; readonly requestHandler: object };
  send(command: Command): Promise<unknown>;
}

/** A command, whose schema names the operation after the namespace: the bundler shortens the names of classes. */
interface Command {
  readonly schema: readonly [kind: number, namespace: string, operation: string, ...unknown[]];
}

/** The first client's, with its open connections: clients differ by account, but go to the same places. */
let requestHandler: object = { connectionTimeout: 3_000, requestTimeout: 10_000 };

/**
 * An SDK client that makes one attempt, because the workflow is what tries again, that gives up on an attempt
 * after ten seconds, and whose errors are named where {@link namedError} has a name for them.
 *
 * @param caller whose credentials these are, in words, for messages.
 * @param onError sees each error as the SDK threw it, and may throw what it means.
 * @param onAnswer is told of each answer.
 * @param attempts where the workflow cannot try again because a call is one of many.
 */
export function createClient<C extends object>(
  Client: ClientClass<C>,
  options: {
    region: string;
    caller: string;
    credentials?: ClientConfiguration['credentials'];
    onError?: (error: unknown) => void;
    onAnswer?: () => void;
    attempts?: number;
  },
): C {
  const { region, caller, credentials, onError, onAnswer, attempts = 1 } = options;
  const client = new Client({
    region,
    maxAttempts: attempts,
    requestHandler,
    ...(credentials && { credentials }),
  });
  const sender = client as unknown as Sender;
  requestHandler = sender.config.requestHandler;
  const send = sender.send.bind(client);
  sender.send = async (command) => {
    try {
      const answer = await send(command);
      onAnswer?.();
      return answer;
    } catch (error) {
      onError?.(error);
      const action = `${sender.config.serviceId.toLowerCase()}:${command.schema[2]}`;
      throw namedError(error, { action, caller, region });
    }
  };
  return client;
}

/** All items of a paginated answer. */
export async function allPages<T>(
  page: (nextToken: string | undefined) => Promise<{ items: T[] | undefined; nextToken: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await page(nextToken);
    // A list may have a null in it, as the SDK gives it.
    all.push(...(answer.items ?? []).filter((item) => item != null));
    nextToken = answer.nextToken || undefined;
  } while (nextToken !== undefined);
  return all;
}
