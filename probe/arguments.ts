import { parseArgs } from 'node:util';

export const USAGE = `npm run probe -- --config FILE --account ID --vpc ID [options]

Asks the real AWS and the real Redis Cloud which of the alternatives of docs/assumptions.md are true. For a sandbox: it
creates a PrivateLink and a VPC endpoint, and removes them. docs/probe.md says more.

  --config FILE        the configuration of the deployment
  --account ID         the account that the AWS credentials are of
  --vpc ID             a VPC there, with a subnet. Its tag redis-privatelink:sandbox=true says that it is a sandbox.
  --connection NAME    which connection; default: the only one
  --redis-cloud URL    another Redis Cloud than the configuration names
  --states-role ARN    a role there that Step Functions may assume, to ask how JSONata is evaluated
  --events             also asks how long events take, by a rule of EventBridge and a queue of that account
  --report FILE        where the report goes; default: probe-report.md
  --with-ids           the report has account ids and ARNs
  --help               this text

The keys of Redis Cloud are in REDIS_CLOUD_API_KEY and REDIS_CLOUD_SECRET_KEY. Where the account is not known as a
sandbox, its id has to be typed before anything is created.

Exit code 0: asked, and everything is removed. 1: it ended early, or something is left. 2: it could not begin.`;

/** The command line is not understood, or the probe cannot begin. */
export class UsageError extends Error {}

export interface Arguments {
  config: string;
  account: string;
  vpc: string;
  connection: string | undefined;
  redisCloud: string | undefined;
  statesRole: string | undefined;
  events: boolean;
  report: string;
  withIds: boolean;
  help: boolean;
}

/** @throws UsageError */
export function readArguments(argv: string[]): Arguments {
  const values = parse(argv);
  const { help } = values;
  if (!help && !values.config) throw new UsageError('--config FILE is missing');
  if (!help && !/^\d{12}$/.test(values.account ?? '')) {
    throw new UsageError('--account is the id of an AWS account: twelve digits');
  }
  if (!help && !/^vpc-[\da-f]+$/.test(values.vpc ?? ''))
    throw new UsageError('--vpc is the id of a VPC: vpc-0…');
  return {
    config: values.config ?? '',
    account: values.account ?? '',
    vpc: values.vpc ?? '',
    connection: values.connection,
    redisCloud: values['redis-cloud'],
    statesRole: values['states-role'],
    events: values.events,
    report: values.report,
    withIds: values['with-ids'],
    help,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        config: { type: 'string' },
        account: { type: 'string' },
        vpc: { type: 'string' },
        connection: { type: 'string' },
        'redis-cloud': { type: 'string' },
        'states-role': { type: 'string' },
        events: { type: 'boolean', default: false },
        report: { type: 'string', default: 'probe-report.md' },
        'with-ids': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
