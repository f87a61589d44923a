import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Lab, laboratory, outcome, VPC } from '../workflows/harness.ts';

const inLab = laboratory();

const pair = (name: string) => ({
  apiKey: `canary/account+key=${name}&of%20nobody?`,
  secretKey: `canary/user+key=${name}&of%20nobody?`,
});
const FIRST = pair('first');
const SECOND = pair('second');
const WRONG = pair('wrong');
/** They have this in common, in whatever form they are written. */
const TRACES = [
  'canary/',
  encodeURIComponent('canary/'),
  ...[0, 1, 2].flatMap((before) => {
    const text = Buffer.from(`${' '.repeat(before)}canary/`).toString('base64');
    const seen = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + 7) * 8) / 6));
    return [seen, seen.replaceAll('/', '_')];
  }),
  Buffer.from('canary/').toString('hex'),
];

/** Everything that anybody can read, except the secret. */
async function everythingSaid(lab: Lab, events: unknown[]): Promise<string> {
  const folder = 'dist/test-workflows';
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|mjs)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const table = await lab.call('dynamodb', 'Scan', { TableName: TableNames[0] });
  const inHub = [lab.executions(), lab.logLines(), lab.published(), await lab.functions(), table, events];
  return [JSON.stringify([inHub, await lab.deadLetters()]), ...files].join('\n');
}

test('keys that are wrong, replaced and deleted in the middle of a wave are read by nobody', () =>
  inLab(async (lab) => {
    const events: unknown[] = [];
    lab.cloud.observeDeliveries(({ event }) => events.push(event));
    const { secretName: SecretId } = lab.cloud.configuration.redisCloud.accounts[0]!;
    const put = (keys: object) => lab.setSecret(JSON.stringify(keys));

    lab.replaceKeys(FIRST);
    await put(FIRST);
    const accounts = [];
    for (let count = 0; count < 3; count += 1) accounts.push(await lab.account());
    await lab.vpc(accounts[0]!);
    const wave = [];
    for (const accountId of accounts) {
      const vpcId = accountId === accounts[0] ? { vpcId: VPC } : {};
      wave.push(await lab.start('onboard', { connection: 'orders', accountId, ...vpcId }));
    }
    await lab.reached(wave[0]!, 'Await change');
    lab.replaceKeys(SECOND);
    await put(SECOND);
    for (const execution of wave) await lab.ended(execution);
    expect(wave.map(({ status }) => status)).toEqual(wave.map(() => 'SUCCEEDED'));

    // Redis Cloud repeats what it has been sent, in each form.
    await put(WRONG);
    const repeated = Object.values(WRONG).flatMap((key) => [
      key,
      encodeURIComponent(key),
      Buffer.from(`:${key}`).toString('base64'),
    ]);
    lab.intercept = () => ({ status: 401, text: `${repeated.join(' ')} ${'x'.repeat(500)}` });
    const accountId = await lab.account();
    const refused = await lab.run('onboard', { connection: 'orders', accountId });
    expect(outcome(refused)).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    expect(outcome(refused).message).toMatch(/\*\*\* \*\*\*/);
    lab.intercept = () => undefined;

    await lab.call('secretsmanager', 'DeleteSecret', { SecretId, RecoveryWindowInDays: 7 });
    const without = await lab.redrive(refused);
    expect(outcome(without)).toMatchObject({ status: 'FAILED', error: 'SecretInvalid' });
    expect(outcome(without).message).toContain('is marked for deletion');
    await lab.call('secretsmanager', 'RestoreSecret', { SecretId });
    await put(SECOND);
    expect(outcome(await lab.redrive(refused))).toMatchObject({ status: 'SUCCEEDED' });

    await lab.run('endpoint-script', { connection: 'orders', accountId });
    await lab.run('reconcile', { dryRun: true });
    await lab.run('offboard', { connection: 'orders', all: true, confirm: 'orders' });
    await lab.settled();

    const said = await everythingSaid(lab, events);
    expect(said.length).toBeGreaterThan(1_000_000);
    expect(said).toContain('SecretInvalid');
    for (const trace of TRACES) expect([trace, said.indexOf(trace)]).toEqual([trace, -1]);
  }));
