import { plain } from '../../lambdas/shared/runtime/text.ts';
import type { Unmended } from './status.ts';

/** What has failed for the same reason, the latest first. */
export interface Cause {
  /** The error's name, or how an execution ended that has none. */
  name: string;
  workflow: string;
  message: string;
  section: string;
  failures: Unmended[];
}

/** Failures by what they have in common: one broken key fails at every VPC, and is mended once. The latest first. */
export function causes(failures: readonly Unmended[]): Cause[] {
  const latest = [...failures].sort((a, b) => (a.at < b.at ? 1 : -1));
  const kinds = Map.groupBy(latest, (one) => `${one.workflow} ${nameOf(one)}`);
  return [...kinds.values()].flatMap((kind) =>
    byText(kind, ({ cause }) => message(cause)).map(([text, group]) => {
      const [first] = group;
      const { workflow, section } = first!;
      return { name: nameOf(first!), workflow, message: text, section, failures: group };
    }),
  );
}

/** What says the same, but for its place and times, together; with the text of the first. */
export function byText<T extends { accountId: string; vpcId?: string | null }>(
  all: readonly T[],
  textOf: (one: T) => string,
): [text: string, group: T[]][] {
  const groups = Map.groupBy(all, (one) =>
    [one.accountId, one.vpcId ?? '']
      .filter((id) => id !== '')
      .reduce((text, id) => text.replaceAll(id, ''), textOf(one))
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''),
  );
  return Array.from(groups.values(), (group) => [textOf(group[0]!), group]);
}

function nameOf({ error, status }: Unmended): string {
  return error === '-' ? status : error;
}

/** What a function wrote, without its stack. */
export function message(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause);
    if (typeof errorMessage === 'string') return plain(errorMessage, 2_000);
  } catch {
    // It is plain text.
  }
  return plain(cause, 2_000);
}
