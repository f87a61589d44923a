import type { ExecutionEvent, ExecutionRecord } from 'local-cloud';
import pc from 'picocolors';
import { workflowIn } from '../lib/names.ts';
import type { Deployment } from './deployment.ts';
import type { ConnectedVpc } from './summary.ts';

/** Something that happened, for a person to read. */
export interface Line {
  /** Milliseconds since the epoch, by the cloud's clock. */
  time: number;
  accountId: string;
  /** The workflow, or who else acts. */
  actor: string;
  text: string;
  mood: 'plain' | 'good' | 'bad' | 'news';
  /** A step of a workflow, which tells how the day comes about. */
  isStep: boolean;
  /** The ARN of the execution that it is about. */
  execution?: string;
}

/** Where the text of a line begins. */
const MARGIN = 34;

const paint: Record<Line['mood'], (text: string) => string> = {
  plain: (text) => text,
  good: pc.green,
  bad: pc.red,
  news: pc.bold,
};

/** How wide the story is told. A terminal has at least so many columns. */
const WIDTH = 80;

const sign: Record<Line['mood'], string> = { plain: ' ', good: '+', bad: '!', news: ' ' };

/** A line of the story: what happened, and what came of it. */
export function told({ time, text, mood }: Line): string {
  const clock = new Date(time).toISOString().slice(11, 16);
  const [first = '', ...more] = wrapped(text, WIDTH - 9);
  return [
    `${pc.dim(clock)} ${paint[mood](`${sign[mood]} ${first}`)}`,
    ...more.map((line) => `        ${line}`),
  ].join('\n');
}

/** The text in lines of at most so many characters. Longer words, as ARNs, and commands to paste stay whole. */
function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    if (/^aws /.test(paragraph)) return [paragraph];
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1)!;
      if (last !== '' && `${last} ${word}`.length > width) lines.push(word);
      else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
    return lines;
  });
}

/** A line with account and workflow, as `--verbose` shows it. */
export function printed({ time, accountId, actor, text, mood }: Line): string {
  const clock = new Date(time).toISOString().slice(11, 19);
  const [first = '', ...more] = text.split('\n');
  const head = `${pc.dim(clock)}  ${pc.dim(accountId)}  ${pc.cyan(actor.padEnd(9))} ${paint[mood](first)}`;
  return [head, ...more.map((line) => line && `${' '.repeat(MARGIN)}${line}`)].join('\n');
}

/** Whether success is no news, because what the execution starts, announces or is a part of is. */
function isBehindTheScenes(workflow: string, execution: ExecutionRecord): boolean {
  return workflow === 'dispatch' || workflow === 'clean-up' || isPartOfMap(execution);
}

/** Whether a Map state of another execution has started it. */
export function isPartOfMap({ arn }: ExecutionRecord): boolean {
  return arn.includes('/');
}

/** A step that an execution is in. */
interface Step {
  name: string;
  since: number;
  attempts: number;
  lastError: string | undefined;
}

/** Tells what the executions of a cloud do, a line for each step that has come to its end. */
export function narrate(cloud: Deployment, tell: (line: Line) => void): void {
  const steps = new Map<string, Step>();
  cloud.observeExecutions((execution, event) => {
    const details = (event.details ?? {}) as Record<string, string | undefined>;
    const actor = workflowIn(execution.stateMachineName);
    const line = (text: string, mood: Line['mood'] = 'plain', isStep = true) =>
      tell({
        time: event.timestamp,
        accountId: accountOf(execution),
        actor,
        text,
        mood,
        isStep,
        execution: execution.arn,
      });
    if (event.type === 'ExecutionStarted') line(`started: ${subject(execution)}`, 'news');
    else if (event.type.endsWith('StateEntered')) {
      steps.set(execution.arn, {
        name: details.name ?? '',
        since: event.timestamp,
        attempts: 0,
        lastError: undefined,
      });
    } else if (event.type === 'TaskFailed' || event.type === 'TaskTimedOut') {
      const step = steps.get(execution.arn);
      if (step) {
        step.attempts += 1;
        step.lastError = details.error;
      }
    } else if (event.type === 'TaskStateExited' || event.type === 'WaitStateExited') {
      const step = steps.get(execution.arn);
      if (step) line(stepText(step, event, about(execution)));
      steps.delete(execution.arn);
    } else if (event.type === 'ExecutionSucceeded') {
      line(outcome(details.output), 'good', isBehindTheScenes(actor, execution));
    } else if (event.type === 'ExecutionFailed') {
      line(`${actor} failed: ${details.error}: ${message(details.cause)}`, 'bad', false);
    } else if (event.type === 'ExecutionAborted' || event.type === 'ExecutionTimedOut') {
      const what = event.type === 'ExecutionAborted' ? 'was stopped' : 'timed out';
      line(`${actor} ${what}: ${subject(execution)}`, 'bad', false);
    }
  });
}

/** Tells of alarms that change, and of the messages that are published for operators. */
export function narrateAlerts(cloud: Deployment, tell: (line: Line) => void): void {
  cloud.observeAlarms(({ alarm, at, failures }) => {
    if (alarm.state === 'OK' && !wasRaised.delete(alarm.arn)) return;
    if (alarm.state === 'ALARM') wasRaised.add(alarm.arn);
    tell({
      time: at,
      accountId: alarm.accountId,
      actor: 'alarm',
      text: [`${alarm.settings.AlarmName}: ${alarm.state}`, ...details(alarm), ...failures].join('\n'),
      mood: alarm.state === 'ALARM' ? 'bad' : 'good',
      isStep: false,
    });
  });
  const wasRaised = new Set<string>();
  cloud.observeMessages(({ topicArn, publishedAt, subject = '', message, attributes }) => {
    // What alarms publish has been told above.
    if (!attributes.kind) return;
    const accountId = topicArn.split(':')[4] ?? '';
    tell({
      time: publishedAt,
      accountId,
      actor: 'message',
      text: `${subject}\n${message}`,
      mood: 'news',
      isStep: false,
    });
  });
}

function details({ state, settings }: { state: string; settings: { AlarmDescription?: string } }): string[] {
  return state === 'ALARM' && settings.AlarmDescription ? [settings.AlarmDescription] : [];
}

function stepText({ name, since, attempts, lastError }: Step, event: ExecutionEvent, about: string): string {
  const seconds = (event.timestamp - since) / 1000;
  const waited = seconds >= 1 ? pc.dim(`  after ${seconds.toFixed(0)} s`) : '';
  const retried = attempts > 0 ? pc.dim(`, ${why(attempts, lastError)}`) : '';
  return `${name}${about && pc.dim(`  ${about}`)}${waited}${retried}`;
}

/** Why a step took more than one attempt. A condition that did not apply, and what is not ready yet, are no errors. */
function why(attempts: number, lastError = ''): string {
  if (lastError === 'DynamoDB.ConditionalCheckFailedException') return 'which was noted already';
  return `asked ${attempts + 1} times, not yet: ${lastError}`;
}

/** Connection and VPC, since executions run side by side. */
function about(execution: ExecutionRecord): string {
  const input = JSON.parse(execution.input) as { connection?: unknown; vpcId?: unknown } | null;
  const [vpcIdOfEvent] = /\bvpc-[\da-f]+/.exec(execution.input) ?? [];
  return [input?.connection, input?.vpcId ?? vpcIdOfEvent].filter(Boolean).join(' ');
}

/** What an execution is about. */
export function subject(execution: ExecutionRecord): string {
  const input = JSON.parse(execution.input) as Record<string, unknown> | null;
  const detail = (input?.detail ?? {}) as Record<string, unknown>;
  if (input?.connection) return [input.connection, input.accountId, input.vpcId].filter(Boolean).join(', ');
  return String(detail.eventName ?? input?.['detail-type'] ?? execution.name);
}

function accountOf(execution: ExecutionRecord): string {
  const input = JSON.parse(execution.input) as { accountId?: string; account?: string } | null;
  const account = input?.accountId ?? input?.account;
  return /^\d{12}$/.test(String(account)) ? String(account) : (execution.arn.split(':')[4] ?? '');
}

function outcome(output = '{}'): string {
  const result = JSON.parse(output) as Partial<ConnectedVpc> & {
    removed?: { vpcEndpointId: string }[];
    principalRemoved?: boolean;
    notes?: string[];
    accessError?: string | null;
    counts?: Record<string, number>;
    handedOver?: string;
    leftAlone?: string;
    started?: { name: string; already: boolean }[];
    skipped?: { connection: string; reason: string }[];
    reason?: string | null;
  };
  if (result.vpcEndpointId) {
    return `${result.vpcId} is connected to ${result.connection} by ${result.vpcEndpointId}.`;
  }
  if (result.removed) {
    const gone = [
      ...result.removed.map(({ vpcEndpointId }) => vpcEndpointId),
      ...(result.principalRemoved ? [`the principal of ${result.accountId}`] : []),
    ];
    const notes = [
      ...(result.notes ?? []),
      ...(result.accessError ? ['the account could not be entered'] : []),
    ];
    const what = [result.vpcId ?? result.accountId, result.connection].filter(Boolean).join(' and ');
    return [`${what} are disconnected. Removed: ${gone.join(', ') || 'nothing'}`, ...notes].join('; ');
  }
  if (result.counts) return reconciled(result.counts);
  if (result.leftAlone) return `left alone: ${result.leftAlone}`;
  if (result.handedOver) return `handed the script over in ${result.handedOver}`;
  if (result.connection) return `Redis Cloud admits account ${result.accountId} to ${result.connection}.`;
  if (!result.started) return 'done';
  const parts = [
    ...result.started.map(({ name, already }) => (already ? `${name} was started before` : `starts ${name}`)),
    ...(result.skipped ?? []).map(({ connection, reason }) => `leaves out ${connection}: ${reason}`),
  ];
  return parts.join('; ') || `nothing to do: ${result.reason}`;
}

/** What a reconciliation finds, and does about it. */
const FOUND: [name: string, words: string][] = [
  ['onboard', 'to connect or repair'],
  ['offboard', 'to disconnect'],
  ['dueNext', 'to remove, if the next one finds it too'],
  ['reported', 'to report, and leave alone'],
  ['unreachable', 'that it could not look into'],
];

function reconciled(counts: Record<string, number>): string {
  const found = FOUND.filter(([name]) => counts[name]).map(([name, words]) => `${counts[name]} ${words}`);
  const looked = `${counts.accounts} account${counts.accounts === 1 ? '' : 's'}, ${counts.vpcs} VPC${counts.vpcs === 1 ? '' : 's'}`;
  return `The reconciliation found ${looked}: ${found.join('; ') || 'all is as it should be'}.`;
}

/** A function's cause holds its message; anyone else's is plain text. */
export function message(cause = ''): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
