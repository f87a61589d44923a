import pc from 'picocolors';
import type { Finding } from './finding.ts';

const paint: Record<Finding['status'], (text: string) => string> = {
  ok: pc.green,
  missing: pc.red,
  'cannot tell': pc.yellow,
  elsewhere: pc.dim,
};

/** A finding as a person reads it: one line, and the command on the next. */
export function printed({ status, text, command }: Finding): string {
  const line = `${paint[status](status.padEnd(11))}  ${text}`;
  return command === undefined ? line : `${line}\n${' '.repeat(13)}${pc.cyan(command)}`;
}
