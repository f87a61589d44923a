import pc from 'picocolors';

/** Where lines of a terminal are written. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/**
 * Says on a terminal what is being done until there is something to tell, in one line that goes again. Elsewhere it says
 * nothing: a log keeps what is told.
 *
 * @returns what says the next thing; without one the line goes
 */
export function progressOn(terminal: Terminal): (doing?: string) => void {
  return (doing) => {
    if (terminal.isTTY) terminal.write(`\r\u001b[K${doing === undefined ? '' : pc.dim(`${doing}…`)}`);
  };
}
