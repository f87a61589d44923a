import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { shown } from '../../lambdas/shared/runtime/text.ts';
import { type Configuration, ConfigurationError, loadConfiguration } from '../../lib/configuration.ts';
import { Blind, fromHub } from '../from-hub.ts';
import { page } from './page.ts';
import { printed } from './printed.ts';
import { PERMISSIONS, read } from './read.ts';
import { type Selection, type Status, statusOf } from './status.ts';

const USAGE = `npm run status -- --config FILE [options]

Says what a deployment does, with your credentials of the hub account: who is connected, what runs and since when, what
waits and for what, what failed and has not been mended, with why and the command, and what the last reconciliation has
left. It changes nothing.

  --config FILE       the configuration of the deployment
  --connection NAME   only this connection
  --account ID        only this account
  --watch             again every 10 seconds, until Ctrl-C
  --json              one JSON object on standard output
  --html FILE         also writes a page without scripts, which can be mailed
  --permissions       the actions that the command needs, one a line
  --help              this text

Exit code 0: nothing needs a person. 1: something does, or could not be looked at. 2: the command or the configuration
is not understood.`;

const WATCH_EACH_MS = 10_000;

/** The command line is not understood. */
class UsageError extends Error {}

function readArguments(argv: string[]) {
  const options = {
    config: { type: 'string' },
    connection: { type: 'string' },
    account: { type: 'string' },
    watch: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    html: { type: 'string' },
    permissions: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function look(config: string, configuration: Configuration, selection: Selection): Promise<Status> {
  return statusOf(await read(await fromHub('The status is seen', config, configuration)), selection);
}

function checked({ connections }: Configuration, { connection, accountId }: Selection): void {
  const names = connections.map(({ name }) => name);
  if (connection !== undefined && !names.includes(connection)) {
    throw new UsageError(`--connection ${connection} is not configured. There are ${names.join(', ')}`);
  }
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    throw new UsageError(`--account ${accountId} is no account: it has twelve digits`);
  }
}

async function main(): Promise<number> {
  const values = readArguments(process.argv.slice(2));
  const { config, json, html, watch } = values;
  if (values.help || values.permissions) {
    console.log(values.help ? USAGE : PERMISSIONS.join('\n'));
    return 0;
  }
  if (!config) throw new UsageError('--config FILE is missing');
  const configuration = loadConfiguration(config);
  const selection = { connection: values.connection, accountId: values.account };
  checked(configuration, selection);
  for (;;) {
    // What others wrote goes to a terminal.
    const status = shown(await look(config, configuration, selection));
    if (watch && !json && process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
    console.log(json ? JSON.stringify(status) : printed(status).trimStart());
    if (html !== undefined) writeFileSync(html, await page(status));
    if (!watch) return status.needsPerson.length + status.unseen.length + status.notes.length > 0 ? 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, WATCH_EACH_MS));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 2;
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof ConfigurationError) console.error(error.message);
  else if (error instanceof Blind) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}
