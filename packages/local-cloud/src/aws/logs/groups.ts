import type { LogEvent } from './events.ts';

const KEPT_LINES = 1000;

interface Place {
  accountId: string;
  region: string;
}

export interface LogGroup extends Place {
  name: string;
  createdAt: number;
  kmsKeyId: string | undefined;
  /** The last ones, the oldest first. */
  events: LogEvent[];
}

/** The groups of logs of all accounts. */
export class Groups {
  readonly #groups = new Map<string, LogGroup>();
  #written = 0;

  find(name: string, place: Place): LogGroup | undefined {
    return this.#groups.get(keyOf(name, place));
  }

  create(input: Place & { logGroupName: string; kmsKeyId?: string; at: number }): LogGroup {
    const { logGroupName: name, accountId, region, kmsKeyId, at: createdAt } = input;
    const group = { name, accountId, region, createdAt, kmsKeyId, events: [] };
    this.#groups.set(keyOf(name, group), group);
    return group;
  }

  delete(group: LogGroup): void {
    this.#groups.delete(keyOf(group.name, group));
  }

  /** By name. */
  of({ accountId, region }: Place): LogGroup[] {
    return [...this.#groups.values()]
      .filter((group) => group.accountId === accountId && group.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** A group that nobody has made is made by the first line. */
  append(line: Omit<LogEvent, 'id'>): void {
    const { events } = this.find(line.logGroupName, line) ?? this.create({ ...line, at: line.timestamp });
    const id = `${String(line.timestamp).padStart(20, '0')}${String(this.#written++).padStart(36, '0')}`;
    events.push({ ...line, id });
    if (events.length > 2 * KEPT_LINES) events.splice(0, events.length - KEPT_LINES);
  }
}

function keyOf(name: string, { accountId, region }: Place): string {
  return `${accountId}/${region}/${name}`;
}
