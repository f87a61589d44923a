import { expect } from '@jest/globals';
import type { ExecutionRecord } from 'local-cloud';
import type { World } from '../../../assumptions/register.ts';
import { redisCloudIn } from '../../../local/assumed.ts';
import { Trace } from '../../../proof/faults/trace.ts';
import { type Lab, Laboratory, MINUTE, outcome } from '../harness.ts';
import { Scene } from '../leaving.ts';
import { Ambushes } from './ambushes.ts';
import { Guard } from './guard.ts';
import { News } from './news.ts';
import { People } from './people.ts';
import { actual, desired, missing, unshown } from './state.ts';
import type { Step } from './steps.ts';

/** Longer than any workflow may take, in looks that are a quarter of an hour apart. */
const MAX_LOOKS = 400;

const YEAR = 365 * 24 * 60 * MINUTE;

/**
 * Lets a history happen in a world and in a cloud of its own, so that it happens again in the same way. Whatever happens: what this
 * system did not make is never deleted, two executions never change one subscription at once, and no more goes in an
 * hour than the budget lets go, unless a person has asked for it; and after quiet, reconciliations and an answer to what is
 * held all is as it should be, nobody runs, nobody has the lock or waits, and what is left in accounts is shown.
 */
export async function live(world: World, history: readonly Step[], budget: number): Promise<void> {
  const laboratory = await Laboratory.open(world);
  try {
    await laboratory.run((lab) => happen(lab, world, history, budget), redisCloudIn(world));
  } finally {
    await laboratory.close();
  }
}

async function happen(lab: Lab, world: World, history: readonly Step[], budget: number): Promise<void> {
  const scene = new Scene(lab);
  const people = new People(
    scene,
    (organization) => new Guard(lab, organization, budget),
    (watching) => new Ambushes(lab, watching),
  );
  const { guard, ambushes } = people;
  await narrow(lab, budget);
  await people.begin();
  const news = new News(lab);
  const trace = new Trace(lab.cloud, lab.redisCloud, ambushes);
  try {
    for (const step of history) {
      news.telling = step.telling;
      await people.do(step);
      await lab.sleep(step.pause);
    }
    ambushes.lift();
    await quiet(lab);
    await people.finish();
    expect(outcome(await people.mistype())).toMatchObject({ error: 'InvalidRequest' });
    news.telling = 'once';
    await scene.reconcile();
    await quiet(lab);
    await scene.reconcile();
    await quiet(lab);
    await release(scene);
    const { text } = await scene.reconcile();
    await quiet(lab);
    expect(guard.violations).toEqual([]);
    const works = world['failed-association'] === 'partial' ? ['available', 'partial'] : ['available'];
    const { state, offered } = await desired(lab, people);
    const found = await actual(lab, people, guard, JSON.stringify(text.reported), works);
    const isIdle = (principal: string) => offered.has(principal) && !state.principals.includes(principal);
    found.principals = found.principals.filter((principal) => !isIdle(principal));
    expect(found).toEqual(state);
    expect(await missing(lab, people)).toEqual([]);
    expect(await unshown(lab, people, guard)).toEqual([]);
    expect(await lab.locks()).toEqual([]);
    expect((await lab.items('reading#')).filter((key) => key.includes(' waiting#'))).toEqual([]);
  } catch (error) {
    (error as Error).message += `\nThe executions were:\n${lab.executions().map(lineOf).join('\n')}`;
    throw error;
  } finally {
    trace.end();
    news.end();
    guard.end();
    scene.end();
  }
}

/** Of each connection's budget so much is left: the rest is taken, and does not come back. */
async function narrow(lab: Lab, budget: number): Promise<void> {
  const { connections, removals } = lab.cloud.configuration;
  const { TableNames } = await lab.call<{ TableNames: string[] }>('dynamodb', 'ListTables', {});
  const at = lab.cloud.clock.now() + YEAR;
  const taken = Array.from({ length: Number(removals.atOnce) - budget }, (_, key) => ({ key: `${key}`, at }));
  for (const { name } of connections) {
    const Item = {
      pk: { S: 'removals' },
      sk: { S: name },
      taken: { S: JSON.stringify(taken) },
      version: { N: '1' },
    };
    await lab.call('dynamodb', 'PutItem', { TableName: TableNames[0], Item });
  }
}

/** A person lets go what is held. */
async function release(scene: Scene): Promise<void> {
  const held = new Set((await scene.lab.items('holds')).map((key) => key.split(' ')[1]!.split('#')[0]!));
  for (const connection of held) {
    // What has lapsed is held no more, which is an answer, too.
    await scene.lab.run('offboard', { connection, release: 'all' });
    await quiet(scene.lab);
  }
}

/** Waits until nothing runs, while locks are watched as the schedule does. */
async function quiet(lab: Lab): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    await lab.sleep(15 * MINUTE);
    await lab.watchLocks();
    if (lab.executions().every(({ status }) => status !== 'RUNNING')) return;
  }
  const running = lab.executions().filter(({ status }) => status === 'RUNNING');
  throw new Error(`These do not end: ${running.map(({ name }) => name).join(', ')}`);
}

function lineOf({ stateMachineName, name, status, error, startDate }: ExecutionRecord): string {
  const workflow = stateMachineName.replace('redis-privatelink-', '');
  return [new Date(startDate).toISOString(), workflow, name, status, error ?? ''].join(' ');
}
