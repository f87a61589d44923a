import { type Finished, listed, reasonOf, stateOf } from '../conversation.ts';
import type { Inquiry } from '../inquiry.ts';

const MINUTE = 60_000;

/** Removes the principal, adds it again, and asks how that shows; in the end, whether a PrivateLink that has one goes. */
export async function askLeaving(inquiry: Inquiry): Promise<void> {
  const { redis, link, options, bodies } = inquiry;
  const removal = bodies.remove(options.accountId);
  await redis.finish('DELETE', `${link}/principals`, removal);
  const states: string[] = [];
  for (let looks = 0; looks < 20; looks += 1) {
    states.push(await stateIn(inquiry));
    if (states.at(-1) === 'not listed') break;
    await options.sleep(3_000);
  }
  const last = states.at(-1);
  inquiry.found(
    'removed-principal',
    last === 'disassociated'
      ? 'stays'
      : last !== 'not listed'
        ? null
        : states.some((state) => state === 'associated' || state === 'associating')
          ? 'lags'
          : 'leaves',
    `it was ${[...new Set(states)].join(', then ')}`,
  );
  const absent = await redis.finish('DELETE', `${link}/principals`, removal);
  inquiry.found(
    'absent-answer',
    absentShape(absent),
    reasonOf(absent.error) || `HTTP ${absent.answer.status}`,
  );
  const again = await redis.finish('POST', `${link}/principals`, bodies.add);
  const isAdded = again.answer.status < 300 && again.error === null;
  if (isAdded) {
    const first = await stateIn(inquiry);
    const isListed = (state: string) => state.startsWith('associat');
    const later = await inquiry.until(
      async () => (isListed(await stateIn(inquiry)) ? true : undefined),
      2 * MINUTE,
    );
    inquiry.found(
      'added-principal',
      isListed(first) ? 'at-once' : later ? 'later' : null,
      `right after the task it is ${first}`,
    );
  }
  await askDeletion(inquiry, isAdded);
}

async function askDeletion(inquiry: Inquiry, hasPrincipal: boolean): Promise<void> {
  if (!hasPrincipal) {
    inquiry.found('delete-with-principals', null, 'there was no principal to try it with');
    return;
  }
  const { error, answer } = await inquiry.redis.finish('DELETE', inquiry.link);
  const isRefused = /ALL_PRINCIPALS/.test(reasonOf(error));
  const isTaken = answer.status < 300 && error === null;
  inquiry.found(
    'delete-with-principals',
    isRefused ? 'refused' : isTaken ? 'takes-all' : null,
    isTaken ? 'it was deleted' : reasonOf(error) || `HTTP ${answer.status}`,
  );
}

function absentShape({ answer, error }: Finished): string | null {
  if (answer.status === 404) return 'http-404';
  if (error === null) return null;
  return /NOT_FOUND/.test(reasonOf(error).split(' ')[0]!) ? 'task-code' : 'task-status';
}

async function stateIn(inquiry: Inquiry): Promise<string> {
  const seen = await inquiry.read();
  const { accountId } = inquiry.options;
  const own = listed(seen?.principals).find(({ principal }) => String(principal).includes(accountId));
  return own ? stateOf(own.status) : 'not listed';
}
