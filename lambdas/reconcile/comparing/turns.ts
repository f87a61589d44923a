/**
 * The same things in another order: the first of each account, then the second of each, and so on. An account with a
 * thousand VPCs makes nobody wait for more than one of them.
 */
export function inTurns<T extends { accountId: string }>(things: readonly T[]): T[] {
  const seen = new Map<string, number>();
  const turns: T[][] = [];
  for (const thing of things) {
    const turn = seen.get(thing.accountId) ?? 0;
    seen.set(thing.accountId, turn + 1);
    turns[turn] ??= [];
    turns[turn].push(thing);
  }
  return turns.flat();
}
