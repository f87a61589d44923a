import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { shown } from '../lambdas/shared/runtime/text.ts';
import { type Configuration, ConfigurationError, loadConfiguration } from '../lib/configuration.ts';
import { callerIn, placeOf, whyNobody } from './caller.ts';
import { checks } from './checks/index.ts';
import { Examination, examine } from './examination.ts';
import { type Finding, missing } from './finding.ts';
import { printed } from './print.ts';

const USAGE = `npm run doctor -- --config FILE [--json]

Reads a deployment with your credentials, changes nothing, and says what is missing, in the order in which it must be
done, each with the command that repairs it. Run it with the credentials of the management account, of the hub account
and of a member account: each sees its own part.

  --config FILE   the configuration of the deployment
  --json          one JSON object a line on standard output: {"status","text","command"}
  --help          this text

Exit code 0: all is well as far as one sees from this account. 1: something is missing, or could not be looked at.
2: the command or the configuration is not understood.`;

/** The command line is not understood. */
class UsageError extends Error {}

function read(argv: string[]) {
  const options = {
    config: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The CDK takes a moment to load, and only the management account's view needs it. */
async function synthesized(configuration: Configuration): Promise<string> {
  const { memberTemplate } = await import('../lib/member-template.ts');
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  return memberTemplate(configuration, context);
}

async function findings(config: string, configuration: Configuration): Promise<Finding[]> {
  let caller: Awaited<ReturnType<typeof callerIn>>;
  try {
    caller = await callerIn(configuration.organization.hubRegion);
  } catch (error) {
    const { what, remedy } = whyNobody(error);
    return [missing(what, remedy)];
  }
  const place = placeOf(caller, configuration);
  const what = { hub: 'the hub account', management: 'the management account', member: 'a member account' }[
    place
  ];
  const examination = new Examination({
    configuration,
    config,
    place,
    accountId: caller.accountId,
    now: Date.now(),
    memberTemplate: () => synthesized(configuration),
  });
  const seen: Finding = { status: 'ok', text: `you look from ${what} ${caller.accountId}, as ${caller.arn}` };
  // Names and texts of others go to a terminal.
  return shown([seen, ...(await examine(examination, checks))]);
}

try {
  const { config, json, help } = read(process.argv.slice(2));
  if (help) {
    console.log(USAGE);
  } else {
    if (!config) throw new UsageError('--config FILE is missing');
    const found = await findings(config, loadConfiguration(config));
    for (const finding of found) console.log(json ? JSON.stringify(finding) : printed(finding));
    if (found.some(({ status }) => status === 'missing' || status === 'cannot tell')) process.exitCode = 1;
  }
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof ConfigurationError) console.error(error.message);
  else throw error;
  process.exitCode = 2;
}
