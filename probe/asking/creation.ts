import { listed, reasonOf, stateOf } from '../conversation.ts';
import { type Inquiry, shown } from '../inquiry.ts';

const MINUTE = 60_000;
const PRIVATE_LINK = 'a PrivateLink at Redis Cloud';

/** Creates the PrivateLink, and asks what shows while and after it comes into being. */
export async function askCreation(inquiry: Inquiry): Promise<void> {
  const { redis, link, bodies } = inquiry;
  const { create: creation, add: principal } = bodies;
  inquiry.making(PRIVATE_LINK, () => removeLink(inquiry));
  const created = await redis.ask('POST', link, creation);
  if (created.status >= 400) throw new Error(`Redis Cloud refuses the PrivateLink: HTTP ${created.status}.`);
  const isSilent = created.body?.taskId == null;
  inquiry.found('write-answer', isSilent ? 'no-content' : 'task', `the creation: HTTP ${created.status}`);
  const other = await redis.finish('POST', `${link}/principals`, principal);
  const refusal = reasonOf(other.error);
  if (other.answer.status === 409) inquiry.found('busy-answer', 'http-409', 'HTTP 409');
  else if (/NOT_ACTIVE|CONFLICT/.test(refusal)) inquiry.found('busy-answer', 'task', refusal);
  else inquiry.found('busy-answer', null, `a second change was answered with HTTP ${other.answer.status}`);
  const { error } = await redis.finished(created);
  if (error !== null) throw new Error(`Redis Cloud has not made the PrivateLink: ${reasonOf(error)}.`);
  await askInitialising(inquiry, isSilent);
  const active = await inquiry.until(async () => {
    const seen = await inquiry.read();
    return seen && stateOf(seen.status) === 'active' ? seen : undefined;
  }, 20 * MINUTE);
  if (!active) throw new Error('The PrivateLink is not active after 20 minutes.');
  await askActive(inquiry, active);
  const again = await redis.finish('POST', link, creation);
  // Twice, because forms of errors may take turns.
  if (again.error !== null) await redis.finish('POST', link, creation);
  if (again.answer.status === 409) inquiry.found('exists-answer', 'http-409', 'HTTP 409');
  else inquiry.found('exists-answer', again.error === null ? null : 'task', reasonOf(again.error));
  if (inquiry.isShare) await askScript(inquiry);
}

async function askInitialising(inquiry: Inquiry, isSilent: boolean): Promise<void> {
  const { redis, link, options } = inquiry;
  const first = await redis.finish('GET', link);
  const seen = shown(first.resource);
  if (seen && stateOf(seen.status) !== 'active') {
    inquiry.found('while-initialising', 'shown', `the first reading shows ${seen.status}`);
  } else if (!seen && !isSilent) {
    inquiry.found('while-initialising', 'empty', 'the first reading after the end of the task shows nothing');
  } else inquiry.found('while-initialising', null, 'it was active at the first look');
  const { body } = await redis.ask('GET', `/subscriptions/${options.connection.subscriptionId}`);
  const after = shown((await redis.finish('GET', link)).resource);
  const isUnderWay = !after || stateOf(after.status) !== 'active';
  const status = stateOf(body?.status);
  const said = status === 'active' ? 'active' : 'pending';
  inquiry.found(
    'while-provisioning',
    isUnderWay && !isSilent ? said : null,
    `the subscription is ${status}, the PrivateLink ${after ? stateOf(after.status) : 'not shown'}`,
  );
}

async function askActive(inquiry: Inquiry, active: Record<string, unknown>): Promise<void> {
  const { redis, link, options } = inquiry;
  const { accountId } = options;
  const own = () => listed(active.principals).find(({ principal }) => String(principal).includes(accountId));
  // The other contract's creation names nobody.
  if (inquiry.isShare) {
    inquiry.found(
      'creation-admits',
      own() ? 'first-principal' : 'nobody',
      `${listed(active.principals).length} principals after the creation`,
    );
  }
  if (!own()) {
    await redis.finish('POST', `${link}/principals`, inquiry.bodies.add);
    const later = await inquiry.until(async () => {
      const seen = await inquiry.read();
      return seen && listed(seen.principals).length > 0 ? seen : undefined;
    }, 2 * MINUTE);
    Object.assign(active, later ?? {});
  }
  const state = stateOf(own()?.status);
  // Nobody accepts anything of an endpoint service.
  if (inquiry.isShare) {
    inquiry.found(
      'unaccepted-principal',
      ['associating', 'associated'].includes(state) ? state : null,
      `the principal is ${state}`,
    );
  }
  const { errorMessage } = active;
  const message = 'errorMessage' in active ? (errorMessage === null ? 'null' : 'empty') : 'absent';
  inquiry.found('error-message', errorMessage ? null : message, `errorMessage is ${message}`);
  inquiry.found(
    'single-member-lists',
    Array.isArray(active.principals) ? 'list' : 'member',
    `principals is ${Array.isArray(active.principals) ? 'a list' : 'an object'}`,
  );
  const ports = listed(active.databases).map(({ port }) => Number(port));
  inquiry.found(
    'database-ports',
    ports.length === 0 ? null : ports.every((port) => port === 0) ? 'zero' : 'right',
    `${ports.length} databases, ${ports.filter((port) => port === 0).length} with port 0`,
  );
}

async function askScript(inquiry: Inquiry): Promise<void> {
  const { redis, link } = inquiry;
  const path = `${link}/endpoint-script`;
  const { resource } = await redis.finish('GET', path);
  const [script, terraform] = [resource?.resourceEndpointScript, resource?.terraformAwsScript];
  if (script == null && terraform == null) {
    inquiry.found('endpoint-script', 'null-at-first', 'the first answer has no script');
    return;
  }
  if (terraform != null) {
    inquiry.found('endpoint-script', 'both', 'both are there without being asked for');
    return;
  }
  const asked = await redis.finish('GET', `${path}?includeTerraformAwsScript=true`);
  const isThere = asked.resource?.terraformAwsScript != null;
  inquiry.found(
    'endpoint-script',
    isThere ? 'terraform-if-asked' : null,
    `the Terraform script is ${isThere ? '' : 'not '}there when it is asked for`,
  );
}

/** Removes all principals, and then the PrivateLink. @throws Error that says what is left */
export async function removeLink(inquiry: Inquiry): Promise<void> {
  const { redis, link } = inquiry;
  let last = '';
  const gone = await inquiry.until(
    async () => {
      const seen = await inquiry.read();
      if (!seen) return (await isNone(inquiry)) ? true : undefined;
      const there = listed(seen.principals).filter(
        ({ status }) => !['disassociated', 'disassociating'].includes(stateOf(status)),
      );
      for (const { principal } of there) {
        await redis.finish('DELETE', `${link}/principals`, inquiry.bodies.remove(String(principal)));
      }
      const { error, answer } = await redis.finish('DELETE', link);
      last = reasonOf(error) || `HTTP ${answer.status}`;
      return undefined;
    },
    10 * MINUTE,
    MINUTE,
  );
  if (!gone) {
    throw new Error(`delete it in the Redis Cloud console; Redis Cloud has said last: ${last}`);
  }
}

/** No single reading counts: one that is being made may show nothing for a while. */
async function isNone(inquiry: Inquiry): Promise<boolean> {
  for (let looks = 0; looks < 3; looks += 1) {
    await inquiry.options.sleep(10_000);
    if (await inquiry.read()) return false;
  }
  return true;
}
