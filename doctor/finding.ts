/** What a check has found about one thing. */
export interface Finding {
  /**
   * `elsewhere`: nothing is wrong as far as one sees from this account, and this cannot be seen from it at all.
   * `cannot tell`: it could be seen from here, and was not.
   */
  status: 'ok' | 'missing' | 'cannot tell' | 'elsewhere';
  /** One line, without a full stop. */
  text: string;
  /** The command that repairs it, or that shows more. */
  command?: string;
}

export const ok = (text: string): Finding => ({ status: 'ok', text });

export const missing = (text: string, command: string): Finding => ({ status: 'missing', text, command });

export const elsewhere = (text: string, command?: string): Finding => ({
  status: 'elsewhere',
  text,
  ...(command !== undefined && { command }),
});

/** What could be seen from this account was not. The message says why. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
