import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { RAMClient } from '@aws-sdk/client-ram';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { Connection } from '../lambdas/shared/workflows/configuration.ts';
import { accountOf } from '../lib/configuration/complete.ts';
import { type Configuration, ConfigurationError, loadConfiguration } from '../lib/configuration.ts';
import manifest from '../package.json' with { type: 'json' };
import { type Arguments, readArguments, USAGE, UsageError } from './arguments.ts';
import { NotPossible } from './asking/before.ts';
import { Conversation } from './conversation.ts';
import { Inquiry, Interrupted } from './inquiry.ts';
import { CREATES, type Outcome, probe } from './probe.ts';
import { redacted, report } from './report.ts';
import { isSandbox } from './sandbox.ts';

async function main(args: Arguments): Promise<boolean> {
  const configuration = loadConfiguration(args.config);
  const connection = connectionOf(configuration, args.connection);
  const { REDIS_CLOUD_API_KEY: apiKey, REDIS_CLOUD_SECRET_KEY: secretKey } = process.env;
  if (!apiKey || !secretKey) {
    throw new UsageError('put the keys of Redis Cloud into REDIS_CLOUD_API_KEY and REDIS_CLOUD_SECRET_KEY');
  }
  const setting = { region: connection.region, maxAttempts: 5 };
  const aws = {
    ec2: new EC2Client(setting),
    ram: new RAMClient(setting),
    sfn: new SFNClient(setting),
    sqs: new SQSClient(setting),
    events: new EventBridgeClient(setting),
  };
  const known = await isSandbox({ sts: new STSClient(setting), ec2: aws.ec2 }, args.account, args.vpc);
  const interruption = interruptible();
  const { redisCloud = accountOf(configuration, connection).apiUrl } = args;
  const { sleep } = interruption;
  const inquiry = new Inquiry({
    connection,
    accountId: args.account,
    vpcId: args.vpc,
    statesRole: args.statesRole,
    events: args.events,
    redis: new Conversation({ url: redisCloud, keys: { apiKey, secretKey }, sleep }),
    aws,
    now: () => Date.now(),
    sleep,
    say: (text) => console.log(`  ${text}`),
    cleaningUp: interruption.over,
  });
  console.log(
    `Asking about connection ${connection.name}, in account ${args.account} and ${args.vpc}.\n\n${CREATES}\n`,
  );
  const outcome = await probe(inquiry, () => confirmed(known, args.account));
  write(outcome, args, connection, [apiKey, secretKey]);
  return outcome.stopped === null && outcome.left.length === 0;
}

function connectionOf({ connections }: Configuration, name: string | undefined): Connection {
  const names = connections.map((one) => one.name).join(', ');
  const found =
    name === undefined && connections.length === 1
      ? connections[0]
      : connections.find((one) => one.name === name);
  if (!found) throw new UsageError(`--connection is one of ${names}`);
  return found;
}

/** Sleeping ends when somebody presses Ctrl-C, until cleaning up begins. */
function interruptible() {
  const controller = new AbortController();
  let isOver = false;
  const interrupt = () => {
    console.error('\nInterrupted. Removing what was made; press Ctrl-C no more.');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    over: () => {
      isOver = true;
    },
    async sleep(milliseconds: number): Promise<void> {
      if (isOver) return wait(milliseconds);
      try {
        await wait(milliseconds, undefined, { signal: controller.signal });
      } catch {
        throw new Interrupted('it was interrupted');
      }
    },
  };
}

/** @throws UsageError unless the account is known as a sandbox, or its id is typed */
async function confirmed(known: boolean, accountId: string): Promise<void> {
  if (known) return;
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await Promise.race([
    reader.question('This VPC is not known as a sandbox. Type the id of the account to go on: '),
    new Promise<string>((resolve) => reader.once('close', () => resolve(''))),
  ]);
  reader.close();
  if (answer.trim() !== accountId)
    throw new UsageError('\nthat is not the id of the account: nothing was created');
}

function write(outcome: Outcome, args: Arguments, connection: Connection, keys: readonly string[]): void {
  const { contract, region, subscriptionId } = connection;
  const run = { date: new Date().toISOString(), version: manifest.version, contract, region };
  const ids = args.withIds ? [] : [args.account, args.vpc, String(subscriptionId)];
  writeFileSync(args.report, report(outcome, run, [...keys, ...ids], args.withIds));
  for (const { name, value, seen } of outcome.findings)
    console.log(`${name}: ${value ?? 'not told'} (${redacted(seen, keys)})`);
  if (outcome.stopped) console.error(`\nIt ended early: ${outcome.stopped}`);
  for (const one of outcome.left) console.error(`LEFT: ${one}`);
  console.log(
    `\nThe report is in ${args.report}. It has no keys${args.withIds ? '' : ' and no account ids'}.`,
  );
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) console.log(USAGE);
  else if (!(await main(args))) process.exitCode = 1;
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof ConfigurationError || error instanceof NotPossible) console.error(error.message);
  else if (error instanceof Interrupted) console.error('Nothing was created.');
  else console.error(`${(error as Error).name}: ${(error as Error).message}`);
  process.exitCode = 2;
}
process.exit();
