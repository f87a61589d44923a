/** What somebody does or waits for, in words. A function is asked only when somebody wants to know. */
export type What = string | (() => string);

export function inWords(what: What): string {
  return typeof what === 'string' ? what : what();
}

/**
 * Time can never move again: nothing works and no timer is set, but somebody waits. It is no matter of patience: a
 * virtual clock knows everything that works on it.
 */
export class Standstill extends Error {
  override readonly name = 'Standstill';
  /** What everybody waits for, one each, in the order in which they began to wait. */
  readonly pending: readonly string[];

  constructor(now: number, pending: readonly string[]) {
    const listed = pending.map((one) => `\n- ${one}`).join('');
    super(
      `Time stands still at ${new Date(now).toISOString()}: nothing works and no timer is set. What waits:${listed}`,
    );
    this.pending = pending;
  }
}
