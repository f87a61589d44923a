import { REGISTER } from '../assumptions/register.ts';
import { askBefore } from './asking/before.ts';
import { askCreation } from './asking/creation.ts';
import { askEndpoint } from './asking/endpoint.ts';
import { askHeard } from './asking/heard.ts';
import { askLeaving } from './asking/leaving.ts';
import { askStates } from './asking/states.ts';
import { askTiming } from './asking/timing.ts';
import type { Finding, Inquiry } from './inquiry.ts';

/** What is not asked, and why. */
export const NOT_ASKED: Record<string, string> = {
  'expired-invitation': 'an invitation expires after twelve hours',
  'pending-limit-answer': 'it takes four subscriptions',
  'refused-zone': 'it takes a subnet in a zone in which Redis Cloud is not',
  'refused-token': 'it takes a subnet that AWS refuses',
  remnant: 'it takes an invitation that has expired',
  'share-name': 'it takes a second subscription',
  'network-associations': 'it takes a service network',
  'hidden-network': 'it takes a service network',
  'fresh-configuration': 'it takes a service network',
  'withdrawn-association': 'it takes a service network',
  'ipv6-subnets': 'it takes a VPC with IPv6 addresses',
  'record-types': 'it takes a VPC with IPv6 addresses',
  'stack-event': 'it takes a stack that is made in the account',
  'delegation-resources': 'it takes the management account, and the policy that is there',
  'untagging-keys': 'it takes a service control policy',
  'stack-set-pace': 'it takes an account that leaves the organization',
  'deleted-endpoint': 'it may leave a PrivateLink that only Redis can delete',
};

/** What only a PrivateLink of the other contract can tell. */
export const OF_SHARES: ReadonlySet<string> = new Set([
  'connection-type',
  'creation-admits',
  'database-endpoint',
  'database-ports',
  'disassociation-principal',
  'endpoint-associations',
  'endpoint-script',
  'failed-association',
  'hidden-target',
  'pending-resources',
  'service-networks',
  'unaccepted-principal',
]);

/** What the probe will create, and what that costs. */
export const CREATES = `It creates, and removes again:
  - a PrivateLink in the subscription. Redis publishes no price for it; the subscription may be "pending" meanwhile.
  - a VPC endpoint in one subnet of the VPC, for some minutes. AWS bills it by the hour: about $0.01 to $0.02.
  - with --states-role, a state machine that runs once: $0.0001.
  - a tag of the VPC; with --events, a rule of EventBridge and a queue for some minutes: less than $0.0001.
If Redis Cloud should not cut connections as this system believes, the PrivateLink may stay and Redis has to delete it.
That takes five to thirty minutes.`;

/** What came of a probe. */
export interface Outcome {
  findings: Finding[];
  /** Why it ended early; null if it did not. */
  stopped: string | null;
  /** What could not be removed. */
  left: string[];
}

/**
 * Asks all questions that need nothing, then `confirm`s, then asks the others; removes what was made, whatever happens.
 *
 * @throws NotPossible before anything is made
 */
export async function probe(inquiry: Inquiry, confirm: () => Promise<void>): Promise<Outcome> {
  await askBefore(inquiry);
  await confirm();
  let stopped: string | null = null;
  try {
    for (const ask of [askTiming, askStates, askCreation, askEndpoint, askLeaving, askLifetime]) {
      await ask(inquiry);
    }
  } catch (error) {
    stopped = (error as Error).message;
  }
  const left = await inquiry.cleanUp();
  askHeard(inquiry);
  return { findings: complete(inquiry), stopped, left };
}

/** Whether a task is known for longer than a minute after its end. */
async function askLifetime(inquiry: Inquiry): Promise<void> {
  if (inquiry.earlyTask === undefined) return;
  await inquiry.options.sleep(65_000);
  const { status } = await inquiry.redis.ask('GET', `/tasks/${inquiry.earlyTask}`);
  const seen = `more than a minute after its end it is answered with HTTP ${status}`;
  inquiry.found('task-lifetime', status === 404 ? 'minute' : 'long', seen);
}

/** A finding for each assumption, in the order of the register. */
function complete({ findings, isShare, options }: Inquiry): Finding[] {
  return REGISTER.map(({ name }) => {
    const why = !isShare && OF_SHARES.has(name) ? 'it is about resource shares' : NOT_ASKED[name];
    const quiet = name === 'event-delay' && !options.events ? 'say --events' : why;
    const seen = quiet ? `not asked: ${quiet}` : 'it did not come to that';
    return findings.find((one) => one.name === name) ?? { name, value: null, seen };
  });
}
