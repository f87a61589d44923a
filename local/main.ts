import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Activity, type Clock, PacedClock, ProviderSide, RealClock, VirtualClock } from 'local-cloud';
import { type Configuration, ConfigurationError, loadConfiguration } from '../lib/configuration.ts';
import manifest from '../package.json' with { type: 'json' };
import { type Arguments, readArguments, type StoryName, USAGE, UsageError } from './arguments.ts';
import { awsIn } from './assumed.ts';
import { Deployment } from './deployment.ts';
import { type Line, narrate, narrateAlerts, printed, told } from './narrator.ts';
import { progressOn } from './progress.ts';
import { type BackEnd, startBackEnd } from './redis-cloud/back-end.ts';
import { callerOf } from './redis-cloud/caller.ts';
import { serve } from './serve.ts';
import { activeActive } from './stories/active-active.ts';
import { approveEverything } from './stories/approver.ts';
import { drift } from './stories/drift.ts';
import { givenEvents, NotAnEvent, readEventFile } from './stories/given-events.ts';
import { leave } from './stories/leave.ts';
import { onboarding } from './stories/onboarding.ts';
import { serviceNetwork } from './stories/service-network.ts';
import type { Story } from './stories/story.ts';
import { trouble } from './stories/trouble.ts';
import { World } from './stories/world.ts';
import { type Summary, summarize } from './summary.ts';
import { synthesize } from './synthesize.ts';
import { connectionTable } from './table.ts';
import { Visitors } from './view/visitors.ts';
import { watch } from './watch.ts';

const stories: Record<StoryName, Story> = {
  onboarding,
  leave,
  'active-active': activeActive,
  'service-network': serviceNetwork,
  drift,
  trouble,
};

/** Before anything else, since a first run builds for some seconds. */
function welcome({ organization, connections, system }: Configuration): string {
  const { managementAccountId, hubAccountId } = organization;
  const offers = connections.map(({ name, vpcs }) =>
    vpcs === 'all'
      ? `  Redis Cloud offers ${name} to every VPC.`
      : `  Redis Cloud offers ${name} to every VPC tagged ${system.tag}=${name}.`,
  );
  return [
    'An AWS organization and a Redis Cloud, simulated. Time is simulated, too.',
    `  ${managementAccountId} manages the organization, ${hubAccountId} runs this project.`,
    ...offers,
    '',
  ].join('\n');
}

/** What to try next. */
const NEXT = `Watch it in a browser: npm start -- --watch
Something goes wrong:  npm start -- --watch --story trouble
Try it yourself:       npm start -- --serve`;

/** When stories begin, so that a run can be repeated. */
const STORY_START = Date.parse('2026-11-20T09:00:00Z');

async function main(args: Arguments): Promise<boolean> {
  const events = args.events.map(readEventFile);
  const configuration = withContract(loadConfiguration(args.config), args.contract);
  const clock = clockOf(args);
  const visitors = new Visitors();
  const provider = new ProviderSide({ clock });
  const backEnd = await startBackEnd({
    configuration,
    clock,
    provider,
    address: args.redisCloud,
    world: args.world,
  });
  write(args, welcome(configuration));
  const progress = progressOn(process.stderr);
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
  try {
    const accounts = configuration.redisCloud.accounts.map((one) => ({ ...one, apiUrl: backEnd.url }));
    const local = { ...configuration, redisCloud: { accounts } };
    progress('Building the functions and the templates, as for a deployment');
    await synthesize(local, folder);
    progress('Deploying them into the simulated accounts');
    const cloud = await Deployment.start({
      configuration: local,
      assembly: folder,
      clock,
      provider,
      keys: backEnd.keys,
      port: args.port,
      // Nobody is to guess what a terminal and the page say.
      ...((args.serve || args.watch) && { rootToken: randomUUID() }),
      visitors: visitors.listener,
      fireSchedules: args.serve || args.watch,
      conduct: awsIn(args.world),
    });
    progress();
    try {
      return await run(args, cloud, backEnd, clock, events, visitors);
    } finally {
      if (clock instanceof PacedClock) clock.end();
      visitors.close();
      await cloud.close();
    }
  } finally {
    progress();
    rmSync(folder, { recursive: true, force: true });
    await backEnd.close();
  }
}

/** One that somebody watches can be paused and sent ahead. */
function clockOf({ serve, watch, speed }: Arguments): Clock {
  if (watch) return new PacedClock({ start: STORY_START, speed: 0 });
  if (serve) return new PacedClock({ start: Date.now(), speed: speed! });
  return speed === undefined ? new VirtualClock(STORY_START) : new RealClock(speed);
}

async function run(
  args: Arguments,
  cloud: Deployment,
  backEnd: BackEnd,
  clock: Clock,
  events: ReturnType<typeof readEventFile>[],
  visitors: Visitors,
): Promise<boolean> {
  const view =
    clock instanceof PacedClock
      ? await visitors.welcome({ cloud, backEnd, clock, story: args.watch ? args.story : null })
      : undefined;
  const tellHere = teller(args);
  const tell = (line: Line) => {
    tellHere(line);
    view?.tell(line);
  };
  narrate(cloud, tell);
  narrateAlerts(cloud, tell);
  const stopWatching = cloud.watchAlarms();
  if (args.serve) {
    await serve(cloud, args.config, backEnd.url, (text) => write(args, text));
    stopWatching();
    return true;
  }
  const world = new World(cloud);
  const say = (accountId: string, text: string) =>
    tell({ time: clock.now(), accountId, actor: '', text, mood: 'news', isStep: false });
  const story = events.length > 0 ? givenEvents(events) : stories[args.story];
  const play = () =>
    Activity.run(clock, (activity) =>
      story({ cloud, world, activity, say, keys: backEnd.keys, redisCloud: callerOf(backEnd) }),
    );
  if (view && clock instanceof PacedClock) {
    const address = cloud.url;
    const print = (text: string) => write(args, text);
    const isWhole = await watch({ view, clock, speed: args.speed!, play, address, print });
    stopWatching();
    return isWhole;
  }
  approveEverything(cloud, say);
  await play();
  stopWatching();
  const summary = await summarize(cloud, backEnd.calls);
  report(args, summary);
  return summary.outcome === 'succeeded';
}

/** For people: on standard output, or on standard error where that is for programs. */
function write({ json }: Arguments, text: string): void {
  (json ? process.stderr : process.stdout).write(`${text}\n`);
}

function teller(args: Arguments): (line: Line) => void {
  return (line) => {
    if (args.json) {
      process.stdout.write(`${JSON.stringify({ type: 'progress', ...line, time: new Date(line.time) })}\n`);
    }
    if (args.verbose) write(args, printed(line));
    else if (!line.isStep) write(args, told(line));
  };
}

function report(args: Arguments, summary: Summary): void {
  const { executions, redisCloud, denied, outcome } = summary;
  write(
    args,
    [
      ...denied.map(({ message }) => `AWS refused: ${message}`),
      '',
      connectionTable(summary),
      `${executions.length} executions, ${redisCloud.calls} calls of Redis Cloud: ${outcome}.`,
      ...(args.verbose ? [] : ['', NEXT]),
    ].join('\n'),
  );
  if (args.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
}

function withContract(configuration: Configuration, contract: Arguments['contract']): Configuration {
  if (!contract) return configuration;
  return { ...configuration, connections: configuration.connections.map((one) => ({ ...one, contract })) };
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) console.log(USAGE);
  else if (args.version) console.log(manifest.version);
  else if (!(await main(args))) process.exitCode = 1;
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\nnpm start -- --help lists the options.`);
  else if (error instanceof ConfigurationError || error instanceof NotAnEvent) console.error(error.message);
  else if ((error as { code?: string }).code === 'EADDRINUSE') {
    console.error(`--port: ${(error as Error).message}. Another program uses this port: choose another one.`);
  } else throw error;
  process.exitCode = 2;
}
// Timers of a clock that runs by itself would keep the process.
process.exit();
