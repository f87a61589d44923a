import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import jsonata from 'jsonata';
import { parse, stringify } from 'yaml';
import * as z from 'zod/mini';
import type { Change } from '../../lambdas/dispatch/planning/event.ts';
import { type Connected, plan } from '../../lambdas/dispatch/planning/plan.ts';
import { checkReconcileRequest } from '../../lambdas/reconcile/check-reconcile-request.ts';
import { reconcile } from '../../lambdas/reconcile/comparing/reconciliation.ts';
import { PreconditionFailed } from '../../lambdas/shared/errors.ts';
import { defineHandler } from '../../lambdas/shared/runtime/handler.ts';
import { type Configuration, parseConfiguration } from '../../lib/configuration.ts';
import { connection, REMOVALS } from '../connection.ts';
import { ACCOUNT } from './functions.ts';

/** What Step Functions lets a state take and answer, and how many events an execution has, and characters its name. */
const MAX_BYTES = 256 * 1024;
const MAX_EVENTS = 25_000;
const LONGEST_NAME = 80;

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

const LONG = 'a'.repeat(32);
const vpcId = (index: number) => `vpc-${index.toString(16).padStart(17, '0')}`;
const thousand = Array.from({ length: 1_000 }, (_, index) => index);

/** The example with so many connections, each with so many accounts of its own. */
function withConnections(count: number, accounts = 0): Configuration {
  const example = parse(readFileSync('config/privatelink.yaml', 'utf8'));
  const accountIds = Array.from({ length: accounts }, (_, index) => String(300_000_000_000 + index));
  const connections = Array.from({ length: count }, (_, index) => ({
    name: `${'a'.repeat(28)}-${String(index).padStart(3, '0')}`,
    subscriptionId: 100_000 + index,
    region: 'us-east-1',
    ...(accounts > 0 && { accounts: { accountIds } }),
  }));
  return parseConfiguration(
    stringify({ ...example, connections }, { aliasDuplicateObjects: false }),
    'many.yaml',
  );
}

describe('200 connections', () => {
  const { connections } = withConnections(200);

  test('fit into a state of a reconciliation', () => {
    const answer = { ...checkReconcileRequest({}), connections };
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MAX_BYTES * 0.8);
  });

  test('are all offered to a new account, by executions whose names fit', () => {
    const change: Change = { kind: 'account', accountId: ACCOUNT };
    const unit = connections[0]!.accounts.organizationalUnits[0]!;
    const account = { accountId: ACCOUNT, state: 'ACTIVE', paths: [`o-1/r-1/${unit}/${ACCOUNT}/`] };
    const facts = {
      account,
      connected: [],
      candidates: connections.map(({ name }) => name),
      noted: new Map(),
      at: null,
    };
    const planned = plan(change, facts, { connections, removals: REMOVALS }, '0123456789ab');
    expect(planned.executions).toHaveLength(200);
    expect(JSON.stringify(planned).length).toBeLessThan(MAX_BYTES / 2);
    for (const { name } of planned.executions) expect(name.length).toBeLessThanOrEqual(LONGEST_NAME);
    // Each start is seven events of `dispatch`.
    expect(planned.executions.length * 7).toBeLessThan(MAX_EVENTS / 10);
  });

  test('are refused by the configuration if they do not fit', () => {
    expect(() => withConnections(200, 100)).toThrow(
      /connections .*200 connections take \d+ KiB, and a workflow carries 200; offer some/,
    );
  });
});

describe('names of executions', () => {
  test('have at most 80 characters, with the longest connection, account and VPC', () => {
    const long = connection({ name: LONG, vpcs: 'all' });
    const place = { accountId: ACCOUNT, region: 'us-east-1', vpcId: vpcId(1) };
    const change: Change = { kind: 'vpc-left', ...place, refused: false };
    const connected: Connected[] = [{ connection: LONG, vpcId: vpcId(1) }];
    const account = { accountId: ACCOUNT, state: 'ACTIVE', paths: [] };
    const planned = plan(
      change,
      { account, connected, candidates: [], noted: new Map(), at: null },
      { connections: [long], removals: REMOVALS },
      '0123456789ab',
    );
    expect(planned.executions.map(({ name }) => name.length)).toEqual([LONGEST_NAME]);
  });
});

describe('a thousand VPCs in one account', () => {
  const orders = connection();
  const knowledge = (vpcs: number) => ({
    run: 'run-1',
    at: '2026-11-20T10:15:30Z',
    connections: [orders],
    everyMinutes: 60,
    accounts: [`${ACCOUNT} 0`],
    findings: [
      {
        accountId: ACCOUNT,
        region: 'us-east-1',
        vpcs: Array.from({ length: vpcs }, (_, index) => ({ vpcId: vpcId(index), tags: 'orders' })),
        endpoints: [],
        groups: [],
        parameters: [],
      },
    ],
    snapshots: new Map([
      ['orders', { status: 'active', principals: [`${ACCOUNT} associated`], others: [], owners: [] }],
    ]),
    recorded: new Set<string>(),
    admittedAt: new Map<string, string>(),
    dueBefore: new Set<string>(),
    doubt: null,
    former: [],
    standing: new Map(),
    held: [],
    leftovers: [],
  });

  test('are onboarded by one run', () => {
    const { executions, incomplete } = reconcile(knowledge(1_000));
    expect(executions).toHaveLength(1_000);
    expect(incomplete).toEqual([]);
    for (const { name } of executions) expect(name.length).toBeLessThanOrEqual(LONGEST_NAME);
  });

  test('and more are onboarded by several, each with room for the events of its starts', () => {
    const { executions, incomplete, counts } = reconcile(knowledge(4_000));
    expect(executions.length * 7).toBeLessThan(MAX_EVENTS / 2);
    expect(counts.onboard).toBe(executions.length);
    expect(incomplete).toEqual(['2500 differences beyond the 1500 that a run repairs: the next run does']);
  });

  test('are refused with their size where an answer about them does not fit', async () => {
    const answer = thousand.map((index) => ({ vpcId: vpcId(index), what: 'x'.repeat(250) }));
    const failure = defineHandler(z.object({}), () => ({ endpoints: answer }))({});
    await expect(failure).rejects.toThrow(PreconditionFailed);
    await expect(failure).rejects.toThrow(
      /The answer has \d+ KiB, and a workflow carries 250: .*Nothing was changed/,
    );
  });
});

describe('definitions', () => {
  /** The definition of a state, wherever it is. */
  const stateOf = (workflow: string, name: string) => {
    let found: unknown;
    JSON.parse(readFileSync(`statemachines/${workflow}.asl.json`, 'utf8'), (key, value) => {
      if (key === name) found = value;
      return value;
    });
    // biome-ignore lint/suspicious/noExplicitAny: each state has its own shape
    return found as any;
  };
  const evaluated = (template: string, variables: object): Promise<unknown> =>
    jsonata(template.slice(3, -3)).evaluate({}, variables);

  test('refuse to offboard more accounts at once than an execution has events for', async () => {
    const members = (count: number) => ({ members: Array(count).fill(`${ACCOUNT} associated`) });
    const { Condition } = stateOf('offboard', 'Are there too many members?').Choices[0];
    const { Cause } = stateOf('offboard', 'Too many accounts');
    expect(await evaluated(Condition, members(1_201))).toBe(true);
    expect(await evaluated(Condition, members(1_200))).toBe(false);
    expect(await evaluated(Cause, { ...members(1_201), connection: { name: 'orders' } })).toMatch(
      /^1201 accounts are admitted to connection orders, .* Nothing was changed/,
    );
    // Ten events for a child that succeeds at once, and as many for retries.
    expect(1_200 * 20).toBeLessThan(MAX_EVENTS);
  });
});
