import type { ExecutionArn, ExecutionName } from '../runtime/inputs.ts';
import { SYSTEM } from '../runtime/system.ts';
import { plain } from '../runtime/text.ts';

// What the messages to operators have in common. They are plain text, and quote what others wrote.

/** SNS: "less than 100 characters", ASCII, one line. */
const SUBJECT_LENGTH = 99;

/** A subject that SNS takes. */
export function subject(text: string): string {
  return `${SYSTEM}: ${plain(text, SUBJECT_LENGTH).replace(/[^ -~]/g, '?')}`.slice(0, SUBJECT_LENGTH);
}

/** An argument for a POSIX shell. */
export function quoted(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}

/** The parts of an execution's ARN. */
export function partsOf(executionArn: ExecutionArn) {
  const [, partition = '', , region = '', accountId = '', , stateMachine = '', name = ''] =
    executionArn.split(':');
  return { partition, region, accountId, stateMachine, name: name as ExecutionName };
}

/** The command by which a person starts an execution. */
export function startCommand(region: string, stateMachineArn: string, input: object): string {
  return `aws stepfunctions start-execution --region ${region} --state-machine-arn ${stateMachineArn} --input ${quoted(JSON.stringify(input))}`;
}

/**
 * Where the runbook has a section: a link, or the section's heading where no address is configured.
 *
 * @param runbook https address of docs/operations.md, or the name of that file
 */
export function inRunbook(runbook: string, title: string): string {
  return runbook.startsWith('https://') ? `${runbook}#${anchorOf(title)}` : `${runbook}, section "${title}"`;
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

const CONSOLES = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

/** Where the console shows the execution. */
export function consoleLink(executionArn: ExecutionArn): string {
  const { partition, region } = partsOf(executionArn);
  const host = `${region}.${CONSOLES.get(partition) ?? CONSOLES.get('aws')}`;
  return `https://${host}/states/home?region=${region}#/v2/executions/details/${encodeURI(executionArn)}`;
}
