import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { readWorld, type World } from '../assumptions/register.ts';
import type { Contract } from '../lambdas/shared/workflows/configuration.ts';
import { meantName } from '../lib/configuration/known-settings.ts';

export const STORIES = [
  'onboarding',
  'leave',
  'active-active',
  'service-network',
  'drift',
  'trouble',
] as const;

/** Stories that have a configuration of their own. */
const CONFIGURATIONS: Partial<Record<StoryName, string>> = {
  'active-active': 'config/active-active.yaml',
  'service-network': 'config/service-network.yaml',
};
export type StoryName = (typeof STORIES)[number];

const DEFAULT_STORY: StoryName = 'onboarding';

/** What `npm start` was asked to do. */
export interface Arguments {
  config: string;
  /** Overrides the contract of every connection. */
  contract: Contract | undefined;
  /** Files with EventBridge events to deliver in place of the story. */
  events: string[];
  story: StoryName;
  serve: boolean;
  /** Plays the story at a speed that a person can follow, on the page. */
  watch: boolean;
  port: number | undefined;
  /** How many times faster than real time; undefined: virtual time. */
  speed: number | undefined;
  /** Another Redis Cloud in place of the built-in one. */
  redisCloud: string | undefined;
  /** What is true in the local world, where no document says what is true in the real one. */
  world: World;
  json: boolean;
  /** Tells every step. */
  verbose: boolean;
  help: boolean;
  version: boolean;
}

export const USAGE = `npm start -- [options]

  --contract resource-share|endpoint-service   how Redis Cloud hands the subscription over
  --config FILE        another configuration than config/privatelink.yaml
  --story NAME         onboarding (default), leave, active-active, service-network, drift or
                       trouble
  --event FILE         deliver this EventBridge event in place of the story; may be repeated, in order
  --watch              play the story on a page, at a speed that you can follow, until Ctrl-C
  --serve              stay up for a browser, the AWS CLI and SDKs, until Ctrl-C
  --port N             the port to serve on
  --speed X            run the clock X times as fast as the real one
  --redis-cloud URL    use this Redis Cloud server, with the keys in REDIS_CLOUD_API_KEY and
                       REDIS_CLOUD_SECRET_KEY
  --assume NAME=VALUE  let something be true that no document settles (docs/assumptions.md); may be repeated
  --json               one JSON object a line on standard output; the last is the summary
  -v, --verbose        every step of every workflow
  --version            the version
  -h, --help           this text`;

/** The command line is not understood. The message says what is wrong with it. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readArguments(argv: string[]): Arguments {
  const values = parse(argv);
  const { contract } = values;
  if (contract !== undefined && contract !== 'resource-share' && contract !== 'endpoint-service') {
    throw new UsageError(`--contract is resource-share or endpoint-service, not ${contract}`);
  }
  const story = STORIES.find((name) => name === values.story);
  if (!story) {
    throw new UsageError(
      `--story is one of ${STORIES.join(', ')}, not ${values.story}${meant(values.story, STORIES)}`,
    );
  }
  if (values.port !== undefined && !values.serve && !values.watch) {
    throw new UsageError('--port needs --serve or --watch');
  }
  if (values.serve && values.watch) {
    throw new UsageError('--serve is for what you do, --watch for a story: give one of them');
  }
  const played = values.event.length > 0 ? '--event' : story === DEFAULT_STORY ? undefined : '--story';
  if (values.serve && played) {
    throw new UsageError(`--serve plays nothing: give ${played} without it, or with --watch`);
  }
  if (values.event.length > 0 && story !== DEFAULT_STORY) {
    throw new UsageError('--event is delivered in place of a story: give one of --event and --story');
  }
  const speed = number('speed', values.speed, (value) => value > 0 && value <= 10_000);
  const realTime = values.serve || values.watch || values['redis-cloud'] !== undefined;
  return {
    config: values.config ?? CONFIGURATIONS[story] ?? 'config/privatelink.yaml',
    contract,
    events: values.event,
    story,
    serve: values.serve,
    watch: values.watch,
    port: number('port', values.port, (value) => Number.isInteger(value) && value >= 0 && value < 65_536),
    speed: speed ?? (realTime ? (values.watch ? 20 : 10) : undefined),
    redisCloud: values['redis-cloud'],
    world: world(values.assume),
    json: values.json,
    verbose: values.verbose,
    help: values.help,
    version: values.version,
  };
}

function world(given: string[]): World {
  try {
    return readWorld(given);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const OPTIONS = {
  config: { type: 'string' },
  contract: { type: 'string' },
  story: { type: 'string', default: DEFAULT_STORY },
  event: { type: 'string', multiple: true, default: [] },
  serve: { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  port: { type: 'string' },
  speed: { type: 'string' },
  'redis-cloud': { type: 'string' },
  assume: { type: 'string', multiple: true, default: [] },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', short: 'v', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig;

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS }).values;
  } catch (error) {
    // Node's text goes on with what to do about arguments that look like options.
    const said = (error as Error).message.split('. ', 1)[0]!;
    const unknown = /^Unknown option '--([^']+)'/.exec(said)?.[1];
    throw new UsageError(`${said}${unknown ? meant(unknown, Object.keys(OPTIONS), '--') : ''}`);
  }
}

function meant(given: string, names: readonly string[], before = ''): string {
  const name = names.find((one) => given !== '' && one.startsWith(given)) ?? meantName(given, names);
  return name ? `. Did you mean ${before}${name}?` : '';
}

function number(
  name: string,
  text: string | undefined,
  acceptable: (value: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !acceptable(value)) throw new UsageError(`--${name} cannot be ${text}`);
  return value;
}
