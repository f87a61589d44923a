import type { ExecutionRecord } from 'local-cloud';
import { sectionOf } from '../../lambdas/clean-up/messages/runbook.ts';
import { workflowIn } from '../../lib/names.ts';
import type { ExecutionDetail, ExecutionDocument, Problem, StepView, WaitView } from '../../page/protocol.ts';
import type { Deployment } from '../deployment.ts';
import { isPartOfMap, message, subject } from '../narrator.ts';
import { commandsOf } from './step.ts';

/** So many executions that have ended well are kept in sight; those that run or have failed all are. */
const MOST_ENDED = 300;
/** Of a longer execution the last steps are shown. */
const MOST_STEPS = 500;

type States = Record<string, { Type: string; Resource?: string; [field: string]: unknown }>;

/** The executions, as the page shows them. */
export class ExecutionsView {
  readonly #cloud: Deployment;
  /** By ARN. */
  readonly #ids = new Map<string, string>();
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #touched = new Set<ExecutionRecord>();
  /** The newest execution about each thing. */
  readonly #newest = new Map<string, ExecutionRecord>();
  readonly #definitions = new Map<string, object>();
  readonly #states = new Map<string, States>();

  constructor(cloud: Deployment) {
    this.#cloud = cloud;
    cloud.observeExecutions((record) => {
      if (!this.#ids.has(record.arn)) {
        const id = `e${this.#ids.size + 1}`;
        this.#ids.set(record.arn, id);
        this.#records.set(id, record);
        const before = this.#newest.get(keyOf(record));
        if (before) this.#touched.add(before);
        this.#newest.set(keyOf(record), record);
      }
      this.#touched.add(record);
      const newest = this.#newest.get(keyOf(record));
      if (newest === record)
        for (const one of this.#failed) if (keyOf(one) === keyOf(record)) this.#touched.add(one);
    });
  }

  /** Those that have failed and are not known to be mended. */
  readonly #failed = new Set<ExecutionRecord>();

  /** Loads what a workflow is made of, as it was deployed. */
  async load(workflow: string): Promise<object> {
    const known = this.#definitions.get(workflow);
    if (known) return known;
    const input = { stateMachineArn: this.#cloud.arnOf(workflow) };
    const { definition } = (await this.#cloud.call(
      'states',
      'DescribeStateMachine',
      input,
      this.#cloud.hub,
    )) as {
      definition: string;
    };
    const parsed = JSON.parse(definition) as object;
    this.#definitions.set(workflow, parsed);
    this.#states.set(workflow, statesIn(parsed));
    return parsed;
  }

  idOf(arn: string): string | undefined {
    return this.#ids.get(arn);
  }

  record(id: string): ExecutionRecord | undefined {
    return this.#records.get(id);
  }

  /** What has changed since the last time; and the ids of those that are not kept in sight any more. */
  changes(): { documents: ExecutionDocument[]; gone: string[] } {
    const documents = Array.from(this.#touched, (record) => this.#document(record));
    this.#touched.clear();
    for (const { id, isMended, section } of documents) {
      const record = this.#records.get(id)!;
      if (section !== null && !isMended) this.#failed.add(record);
      else this.#failed.delete(record);
    }
    return { documents, gone: this.#forget() };
  }

  #inSight: string[] = [];
  #forget(): string[] {
    const ended = [...this.#records].filter(
      ([, record]) => record.status !== 'RUNNING' && !this.#failed.has(record),
    );
    const old = new Set(ended.slice(0, Math.max(0, ended.length - MOST_ENDED)).map(([id]) => id));
    const gone = [...old].filter((id) => !this.#inSight.includes(id));
    this.#inSight = [...old];
    return gone;
  }

  /** What has failed and is not mended, by account. */
  problems(): Map<string, Problem[]> {
    const problems = new Map<string, Problem[]>();
    for (const record of this.#failed) {
      const { id, accountId, connection, vpcId, error, message: text, isMended } = this.#document(record);
      if (accountId === null || connection === null || isMended) continue;
      const own = problems.get(accountId) ?? [];
      own.push({ connection, vpcId, error: error ?? '', message: text ?? '', execution: id });
      problems.set(accountId, own);
    }
    return problems;
  }

  detail(record: ExecutionRecord): ExecutionDetail {
    const steps = stepsOf(record);
    return {
      id: this.#ids.get(record.arn)!,
      arn: record.arn,
      input: record.input,
      output: record.output ?? null,
      steps: steps.slice(-MOST_STEPS),
      left: Math.max(0, steps.length - MOST_STEPS),
      transitions: record.stateTransitions,
      redriveCommands: commandsOf([
        {
          service: 'states',
          action: 'RedriveExecution',
          input: { executionArn: record.arn },
          accountId: this.#cloud.hub.accountId,
          region: this.#cloud.hub.region,
        },
      ]),
    };
  }

  #document(record: ExecutionRecord): ExecutionDocument {
    const { connection, accountId, vpcId } = thingOf(record);
    const workflow = workflowOf(record);
    const hasFailed = record.status !== 'RUNNING' && record.status !== 'SUCCEEDED';
    const newest = this.#newest.get(keyOf(record))!;
    const isPart = isPartOfMap(record);
    return {
      id: this.#ids.get(record.arn)!,
      workflow,
      name: record.name,
      about: workflow === 'reconcile' ? `${isPart ? 'a part of ' : ''}all connections` : subject(record),
      isPart,
      accountId,
      vpcId,
      connection,
      status: record.status,
      start: record.startDate,
      stop: record.stopDate ?? null,
      error: hasFailed ? (record.error ?? record.status) : null,
      message: hasFailed ? message(record.cause) : null,
      lastError: lastErrorOf(record),
      waits: record.waits.map((wait) => this.#wait(workflow, wait)),
      redrives: record.redriveCount,
      section: hasFailed ? (record.status === 'ABORTED' ? 'aborted' : sectionOf(record.error ?? null)) : null,
      isMended: hasFailed && newest !== record && ['RUNNING', 'SUCCEEDED'].includes(newest.status),
    };
  }

  #wait(workflow: string, { state, since, until, retries }: ExecutionRecord['waits'][number]): WaitView {
    const { Type, Resource = '' } = this.#states.get(workflow)?.[state] ?? { Type: '' };
    const kind =
      Type === 'Wait'
        ? 'time'
        : Resource.endsWith('.waitForTaskToken')
          ? 'answer'
          : /\.sync(:2)?$/.test(Resource)
            ? 'execution'
            : retries > 0
              ? 'retry'
              : 'call';
    return { state, kind, since, until: until ?? null, retries };
  }
}

export function workflowOf({ stateMachineName }: ExecutionRecord): string {
  return workflowIn(stateMachineName).replace(/\/.*$/, '');
}

function thingOf({ input }: ExecutionRecord) {
  const { connection, accountId, vpcId } = (JSON.parse(input) ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return { connection: text(connection), accountId: text(accountId), vpcId: text(vpcId) };
}

const keys = new WeakMap<ExecutionRecord, string>();

/** Executions with the same key are about the same thing: a later one mends what an earlier one has failed at. */
function keyOf(record: ExecutionRecord): string {
  let key = keys.get(record);
  if (key === undefined) {
    key = readKey(record);
    keys.set(record, key);
  }
  return key;
}

function readKey(record: ExecutionRecord): string {
  const { connection, accountId, vpcId } = thingOf(record);
  if (connection !== null) return [connection, accountId, vpcId].join(' ');
  return workflowOf(record) === 'reconcile' ? 'reconcile' : record.arn;
}

function lastErrorOf({ history, status }: ExecutionRecord): string | null {
  if (status !== 'RUNNING') return null;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const { type, details } = history[index]!;
    if (type.endsWith('StateEntered')) return null;
    if (type.endsWith('Failed') || type.endsWith('TimedOut'))
      return String(details?.error ?? 'States.Timeout');
  }
  return null;
}

/** Visits to states, in their order. An event belongs to the visit of the event that it follows. */
function stepsOf({ history }: ExecutionRecord): StepView[] {
  const steps: StepView[] = [];
  const byEvent = new Map<number, StepView>();
  for (const { id, previousEventId, timestamp, type, details = {} } of history) {
    let step = byEvent.get(previousEventId);
    if (type.endsWith('StateEntered')) {
      step = {
        state: String(details.name),
        entered: timestamp,
        left: null,
        attempts: 1,
        error: null,
        message: null,
        input: (details.input as string) ?? null,
        output: null,
      };
      steps.push(step);
    } else if (step && type.endsWith('StateExited')) {
      step.left = timestamp;
      step.output = (details.output as string) ?? null;
    } else if (step && /(Failed|TimedOut)$/.test(type)) {
      step.error = String(details.error ?? 'States.Timeout');
      step.message = message(details.cause as string | undefined);
    } else if (step && /Scheduled$/.test(type) && step.error !== null) step.attempts += 1;
    if (step) byEvent.set(id, step);
  }
  return steps;
}

/** All states of a definition, inner ones as well: their names are unique ("State machine structure"). */
export function statesIn(definition: object): States {
  const { States: own = {} } = definition as { States?: States };
  const inner = Object.values(own).flatMap(({ ItemProcessor, Branches }) => [
    ...(ItemProcessor ? [ItemProcessor as object] : []),
    ...((Branches as object[] | undefined) ?? []),
  ]);
  return Object.assign({}, own, ...inner.map(statesIn)) as States;
}
