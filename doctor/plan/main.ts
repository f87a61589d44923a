import { parseArgs } from 'node:util';
import { shown } from '../../lambdas/shared/runtime/text.ts';
import { type Configuration, ConfigurationError, loadConfiguration } from '../../lib/configuration.ts';
import { CannotTell } from '../finding.ts';
import { Blind, fromHub } from '../from-hub.ts';
import { type Plan, planOf } from './plan.ts';
import { printed } from './printed.ts';
import { NoDeployment, PERMISSIONS, readPlan } from './read.ts';

const USAGE = `npm run plan -- --config FILE [--json]

Reads a deployment with your credentials of the hub account, changes nothing, and says before cdk deploy what this
configuration will connect, cut and leave as it is, for each connection, account and VPC. The text is Markdown, for a
pull request.

  --config FILE   the configuration that is to be deployed
  --json          one JSON object on standard output, with every line
  --permissions   the actions that the command needs, one a line; all of them only read
  --help          this text

Exit code 0: nothing is cut. 2: something would be cut. 1: the configuration may not be deployed, or there is no plan, and
the message says why.`;

/** There is no plan, and why. */
class Refused extends Error {}

function readArguments(argv: string[]) {
  const options = {
    config: { type: 'string' },
    json: { type: 'boolean', default: false },
    permissions: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function plan(config: string, configuration: Configuration): Promise<Plan> {
  return planOf(await readPlan(await fromHub('The plan is made', config, configuration)));
}

async function main(): Promise<number> {
  const { config, json, permissions, help } = readArguments(process.argv.slice(2));
  if (help || permissions) {
    console.log(help ? USAGE : PERMISSIONS.join('\n'));
    return 0;
  }
  if (!config) throw new Refused(`--config FILE is missing\n\n${USAGE}`);
  // What others wrote, such as tags, goes to a terminal.
  const made = shown(await plan(config, loadConfiguration(config)));
  console.log(json ? JSON.stringify(made) : printed(made, config));
  if (made.errors.length > 0) return 1;
  return made.counts.cut > 0 ? 2 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  const isPlain = [Refused, Blind, ConfigurationError, NoDeployment].some((kind) => error instanceof kind);
  if (isPlain) {
    console.error((error as Error).message);
  } else if (error instanceof CannotTell) {
    console.error(
      `There is no plan, because not everything could be read: ${error.message}. The command needs ${PERMISSIONS.join(', ')}.`,
    );
  } else throw error;
}
