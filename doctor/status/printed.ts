import pc from 'picocolors';
import { RUNBOOK_ERRORS, sectionOf } from '../../lambdas/clean-up/messages/runbook.ts';
import { plain } from '../../lambdas/shared/runtime/text.ts';
import { thingsInWords } from '../../lambdas/shared/workflows/leftovers.ts';
import { byText, type Cause, causes } from './causes.ts';
import type { Place } from './records.ts';
import { counted, type Status } from './status.ts';

const WIDTH = 80;
/** Of so many lines of one kind the rest is counted. */
const MOST_LINES = 40;
/** So many causes of failures are told, and of each so many places. */
const MOST_CAUSES = 20;
const MOST_PLACES = 10;

/** The status as a person reads it, at most 80 columns wide but for commands and names. */
export function printed(status: Status): string {
  return [
    ...status.notes.map((note) => pc.yellow(`Note: ${note}`)),
    ...connections(status),
    ...section('Runs now', status.running.map(running)),
    ...section('Waits', waits(status)),
    ...section('Held, until somebody answers', status.waiting.holds.flatMap(held)),
    ...section('As people have left it', byHand(status)),
    ...failed(status),
    ...section('Left in accounts', status.leftovers.flatMap(leftover)),
    ...section('Left', left(status)),
    ...section(
      'Cannot tell',
      status.unseen.map((line) => pc.yellow(line)),
    ),
    '',
    ...verdict(status),
  ].join('\n');
}

function connections({ connections }: Status): string[] {
  return connections.flatMap(({ name, subscriptionId, region, contract, accounts }) => {
    const vpcs = accounts.flatMap((account) => account.vpcs).filter((one) => one.vpcEndpointId !== null);
    const doubts = vpcs.filter(({ isInDoubt }) => isInDoubt).length;
    const doubt = doubts > 0 ? pc.yellow(`, ${doubts} of them in doubt`) : '';
    const head = [
      `${pc.bold(name)}: ${counted(accounts.length, 'account')}, ${counted(vpcs.length, 'VPC')} connected${doubt}`,
      `  subscription ${subscriptionId}, ${region}, ${contract}`,
    ];
    const lines = accounts.flatMap(({ accountId, admittedAt, vpcs: connected }) => [
      `  ${accountId}  ${admittedAt === null ? pc.yellow('not recorded as admitted') : `admitted ${minute(admittedAt)}`}`,
      ...connected.map(({ vpcId, vpcEndpointId, names, missing, at, isInDoubt }) => {
        const state = names > 0 ? counted(names, 'name') : pc.yellow('no names yet');
        const lack = missing > 0 ? pc.yellow(`, ${missing} missing`) : '';
        if (vpcEndpointId === null) return `    ${vpcId}  ${pc.yellow('has no endpoint yet')}, ${minute(at)}`;
        const doubted = isInDoubt ? pc.yellow(', in doubt: see below') : '';
        return `    ${vpcId}  by ${vpcEndpointId}\n      ${state}${lack}, since ${minute(at)}${doubted}`;
      }),
    ]);
    return ['', ...head, ...limited(lines)];
  });
}

function running({ workflow, place, since, ...where }: Status['running'][number]): string {
  const state = where.state === null ? '' : `\n    in ${stateOf(where)}`;
  return `${workflow}  ${place ? about(place) : ''}  since ${minute(since)}${state}`;
}

/** The state that an execution is in, and what it waits for there. */
export function stateOf({
  state,
  lastError,
}: Pick<Status['running'][number], 'state' | 'lastError'>): string {
  return `“${state}”${lastError === null ? '' : `, not yet: ${plain(lastError, 100)}`}`;
}

function waits({ waiting: { approvals, locks, deletions } }: Status): string[] {
  return [
    ...approvals.map((one) => `for an approval: ${about(one)}, asked ${minute(one.at)}`),
    ...locks
      .filter(({ waiting }) => waiting.length > 0)
      .map(
        ({ subscriptionId, waiting }) =>
          `for the lock of subscription ${subscriptionId}: ${counted(waiting.length, 'execution')}, the first since ${minute(waiting[0]!)}`,
      ),
    ...deletions.map(
      (one) =>
        `until ${minute(one.until)}, before it is connected again: ${about(one)}; somebody tried to delete it`,
    ),
  ];
}

function held({ until, reason, release, refuse, ...place }: Status['waiting']['holds'][number]): string[] {
  return [
    `${pc.yellow('would go:')} ${about(place)}, held until ${minute(until)}`,
    ...wrapped(reason).map((line) => `  ${line}`),
    `  ${pc.cyan(release)}`,
    `  ${pc.cyan(refuse)}`,
  ];
}

function leftover({
  things,
  why,
  since,
  staysSince,
  leave,
  ...place
}: Status['leftovers'][number]): string[] {
  const stays =
    staysSince === null ? [`  ${pc.cyan(leave)}`] : [`  it may stay, since ${minute(staysSince)}`];
  return [
    `${about(place)}, since ${minute(since)}`,
    ...wrapped(`${thingsInWords(things)}. ${plain(why, 500)}`).map((line) => `  ${line}`),
    ...stays,
  ];
}

function byHand({ byHand: { wishes, refusals } }: Status): string[] {
  const by = (execution: string | null) => (execution === null ? [] : [`  by ${execution}`]);
  return [
    ...wishes.flatMap((one) => [`connected: ${about(one)}, since ${minute(one.at)}`, ...by(one.by)]),
    ...refusals.flatMap((one) => [`disconnected: ${about(one)}, since ${minute(one.at)}`, ...by(one.by)]),
  ];
}

function failed({ failures, repair }: Status): string[] {
  const all = causes(failures);
  const lines = all.slice(0, MOST_CAUSES).flatMap((one) => failure(one, repair));
  const more =
    all.length > MOST_CAUSES ? [`and ${all.length - MOST_CAUSES} more causes: --json has all`] : [];
  return titled('Failed, and not mended', [...lines, ...more]);
}

function failure(
  { name, workflow, message: why, section: where, failures }: Cause,
  repair: string,
): string[] {
  const [latest] = failures;
  const times = failures.length === 1 ? '' : `${failures.length} times, the last `;
  const shown = failures.slice(0, MOST_PLACES);
  const more = failures.length - shown.length;
  return [
    `${pc.red(name)}  ${workflow}, ${times}${minute(latest!.at)}`,
    ...wrapped(why).map((line) => `  ${line}`),
    `  ${where}`,
    ...shown.flatMap(({ command, isTriedAgain, ...place }) => [
      `  ${about(place)}${isTriedAgain ? ': another execution is at it' : ''}`,
      `    ${pc.cyan(command)}`,
    ]),
    ...(more > 0 ? [`  and ${more} more: --json has all`] : []),
    ...(failures.length > 1 && workflow === 'onboard'
      ? ['  All of them, when the cause is mended:', `    ${pc.cyan(repair)}`]
      : []),
  ];
}

function left({ reconciliation }: Status): string[] {
  if (!reconciliation) return [];
  const { reported, held, incomplete } = reconciliation;
  return [
    ...reported.flatMap(({ kind, what, ...place }) => [
      `${kind}: ${about(place)}`,
      ...indented(what),
      ...sectionNamedIn(what).map((where) => `  ${where}`),
    ]),
    ...byText(held, ({ reason, why }) => reason ?? why).flatMap(([text, places]) => [
      ...places.map((place) => `held back: ${about(place)}`),
      ...indented(text),
    ]),
    ...incomplete.flatMap((what) => ['could not be looked at', ...indented(what)]),
  ];
}

/** What is reported begins with the name of an error, if an error is why. */
function sectionNamedIn(what: string): string[] {
  const [, error = ''] = /^(\w+): /.exec(what) ?? [];
  return RUNBOOK_ERRORS.has(error) ? [`docs/operations.md#${sectionOf(error)}`] : [];
}

function verdict({ needsPerson, unseen, reconciliation }: Status): string[] {
  const last = reconciliation ? [`The last reconciliation began at ${minute(reconciliation.at)}.`] : [];
  if (needsPerson.length > 0) return [...last, ...needsPerson.map((line) => pc.red(`To do: ${line}.`))];
  if (unseen.length > 0) return [...last, pc.yellow('Not everything could be looked at.')];
  return [...last, pc.green('Nothing needs a person.')];
}

function section(title: string, lines: string[]): string[] {
  return titled(title, limited(lines));
}

function titled(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', pc.bold(title), ...lines.map((line) => `  ${line}`)];
}

function limited(lines: string[]): string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more lines: --json has all`];
}

/** What it is about, in words. */
export function about({ connection, accountId, vpcId }: Partial<Place>): string {
  return plain(
    [connection, accountId === '' ? 'all accounts' : accountId, vpcId].filter(Boolean).join(' '),
    200,
  );
}

function indented(text: string): string[] {
  return wrapped(plain(text, 2_000)).map((line) => `  ${line}`);
}

function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length > WIDTH - 4 && lines.at(-1) !== '') lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines;
}

/** A time to the minute, in UTC. */
export function minute(iso: string): string {
  return iso === '' ? 'an unknown time' : `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
