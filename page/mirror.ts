import type { Documents } from './protocol.ts';

/** Changes are sent at most so often, in milliseconds. */
const SEND_EACH = 100;

type Kind = Extract<keyof Documents, `${string}/`>;
type Single = Exclude<keyof Documents, Kind>;

/** Documents under keys, and those who are told each change of them. */
export class Mirror {
  /** The text of each document. */
  readonly #documents = new Map<string, string>();
  readonly #listeners = new Set<(push: string) => void>();
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** A document that is as it was is not sent again. */
  set<Key extends Single>(key: Key, document: Documents[Key]): void {
    this.#put(key, JSON.stringify(document));
  }

  /** The same of one of many. */
  setOne<Key extends Kind>(kind: Key, id: string | number, document: Documents[Key]): void {
    this.#put(`${kind}${id}`, JSON.stringify(document));
  }

  delete(kind: Kind, id: string | number): void {
    if (this.#documents.delete(`${kind}${id}`)) this.#change(`${kind}${id}`);
  }

  get<Key extends Single>(key: Key): Documents[Key] | undefined {
    const text = this.#documents.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Documents[Key]);
  }

  /** All documents of a kind, in the order in which they came. */
  all<Key extends Kind>(kind: Key): Documents[Key][] {
    return [...this.#documents]
      .filter(([key]) => key.startsWith(kind))
      .map(([, text]) => JSON.parse(text) as Documents[Key]);
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /**
   * Tells everything at once, then each change. Each time it is told the text of a {@link Push}.
   *
   * @returns what ends that
   */
  listen(listener: (push: string) => void): () => void {
    // What the others are still to be told is in the whole already, and is told again: that does no harm.
    listener(pushText(true, this.#documents));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** No more is sent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #put(key: string, text: string): void {
    if (this.#documents.get(key) === text) return;
    this.#documents.set(key, text);
    this.#change(key);
  }

  #change(key: string): void {
    this.#changed.add(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const push = pushText(
        false,
        Array.from(this.#changed, (one): [string, string] => [one, this.#documents.get(one) ?? 'null']),
      );
      this.#changed.clear();
      for (const listener of this.#listeners) listener(push);
    }, SEND_EACH);
  }
}

/** The text of a push. The documents are texts of JSON already. */
function pushText(isWhole: boolean, documents: Iterable<[string, string]>): string {
  const members = Array.from(documents, ([key, text]) => `${JSON.stringify(key)}:${text}`);
  return `{"isWhole":${isWhole},"documents":{${members.join(',')}}}`;
}
