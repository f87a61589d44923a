import { type Finished, reasonOf } from '../conversation.ts';
import { type Inquiry, shown } from '../inquiry.ts';

/** The probe can not begin. The message says why, and what to do. */
export class NotPossible extends Error {}

/** Asks what can be asked before there is a PrivateLink. Creates nothing. @throws NotPossible */
export async function askBefore(inquiry: Inquiry): Promise<void> {
  const { redis, link, options } = inquiry;
  const { subscriptionId, name } = options.connection;
  const { status } = await redis.ask('GET', `/subscriptions/${subscriptionId}`);
  if (status !== 200)
    throw new NotPossible(`Redis Cloud answers HTTP ${status} about subscription ${subscriptionId}.`);
  const shapes: string[] = [];
  let last: Finished | undefined;
  for (let reads = 0; reads < 6; reads += 1) {
    const reading = await redis.finish('GET', link);
    if (shown(reading.resource)) {
      throw new NotPossible(
        `The subscription of connection ${name} has a PrivateLink. The probe makes one and deletes it: name a connection with --connection whose subscription has none.`,
      );
    }
    shapes.push(shapeOf(reading));
    if (reading.taskId) last = reading;
  }
  const different = [...new Set(shapes)];
  inquiry.found(
    'none-shape',
    different.length === 1 ? different[0]! : 'in-turn',
    `six readings: ${shapes.join(', ')}`,
  );
  if (last) await askAboutTask(inquiry, last);
}

function shapeOf({ answer, task, resource, error }: Finished): string {
  if (answer.status === 404) return 'http-404';
  if (answer.status === 204) return 'no-content';
  if (error !== null) return /NOT_FOUND/.test(reasonOf(error).split(' ')[0]!) ? 'task-code' : 'task-status';
  return task !== null && resource === null ? 'null' : 'empty';
}

/** Two looks at a task that has ended, some seconds apart. */
async function askAboutTask(inquiry: Inquiry, { taskId, misses }: Finished): Promise<void> {
  const { redis, options } = inquiry;
  inquiry.earlyTask = taskId ?? undefined;
  inquiry.found(
    'fresh-task',
    misses === 0 ? 'at-once' : misses === 1 ? 'moment' : misses === 2 ? 'two-reads' : 'five-reads',
    `${misses} answers of 404 before the first other one`,
  );
  const first = await redis.ask('GET', `/tasks/${taskId}`);
  await options.sleep(3_000);
  const second = await redis.ask('GET', `/tasks/${taskId}`);
  const times = [first, second].map(({ body }) => body?.timestamp);
  if (times.some((time) => time == null)) inquiry.found('task-timestamp', 'absent', 'it is not there');
  else {
    const isSame = times[0] === times[1];
    inquiry.found(
      'task-timestamp',
      isSame ? 'last-change' : 'answer',
      `two looks, three seconds apart, show ${isSame ? 'the same time' : 'different times'}`,
    );
  }
}
