import { REGISTER } from '../assumptions/register.ts';
import type { Outcome } from './probe.ts';

/** What can be told of a run without telling whose it is. */
export interface Run {
  date: string;
  version: string;
  contract: string;
  region: string;
}

/**
 * The report as Markdown, to attach to an issue.
 *
 * @param secrets keys, and ids that are to be left out
 */
export function report(
  { findings, stopped, left }: Outcome,
  run: Run,
  secrets: readonly string[],
  withIds = false,
): string {
  const rows = findings.map(({ name, value, seen }) => {
    const { assumed } = REGISTER.find((one) => one.name === name)!;
    const mark = value === null ? '' : value === assumed ? 'as assumed' : '**otherwise**';
    return `| ${[name, value ?? 'not told', mark, seen.replaceAll('|', '\\|')].join(' | ')} |`;
  });
  const text = [
    '# What is true at AWS and Redis Cloud',
    '',
    `Asked by \`npm run probe\` of version ${run.version} on ${run.date.slice(0, 10)}, contract ${run.contract}, Region ${run.region}.`,
    '',
    ...(stopped ? [`It ended early: ${stopped}`, ''] : []),
    ...(left.length > 0 ? ['This is left:', '', ...left.map((one) => `- ${one}`), ''] : []),
    '| assumption | true is | | seen |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  return withIds ? without(text, secrets) : redacted(text, secrets);
}

function without(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((result, secret) => result.replaceAll(secret, '(left out)'), text);
}

/** Without account ids, ARNs and the given secrets. */
export function redacted(text: string, secrets: readonly string[]): string {
  return without(text, secrets)
    .replace(/arn:aws[\w-]*:[^\s|,)"]+/g, '(an ARN)')
    .replace(/\b\d{12}\b/g, '(an account)');
}
