import { readFileSync } from 'node:fs';
import type { CloudEvent } from 'local-cloud';
import { MINUTE, type Story } from './story.ts';

/** The file does not hold an EventBridge event. */
export class NotAnEvent extends Error {}

/**
 * Reads a file with one EventBridge event.
 * @throws NotAnEvent
 */
export function readEventFile(path: string): CloudEvent {
  let event: Partial<CloudEvent> | null;
  try {
    event = JSON.parse(readFileSync(path, 'utf8')) as Partial<CloudEvent> | null;
  } catch (error) {
    throw new NotAnEvent(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  const missing = ['source', 'detail-type', 'account', 'region', 'detail'].filter(
    (key) => !(event instanceof Object && Object.hasOwn(event, key)),
  );
  if (missing.length > 0) {
    throw new NotAnEvent(`${path} is not an EventBridge event: it has no ${missing.join(', no ')}`);
  }
  return event as CloudEvent;
}

/** Delivers the events one after the other. What each of them reports is made true before, as it is on AWS. */
export function givenEvents(events: CloudEvent[]): Story {
  return async ({ cloud, world, activity, say }) => {
    for (const event of events) {
      await world.make(event);
      const { eventName } = event.detail as { eventName?: string };
      say(event.account, `AWS reports ${eventName ?? event['detail-type']}.`);
      let isTaken = false;
      cloud.observeDeliveries((delivery) => {
        isTaken ||= delivery.event.id === event.id;
      });
      cloud.putEvent(event);
      await activity.sleep(MINUTE / 2);
      if (!isTaken) {
        say(event.account, `No rule takes this event: see lib/event-patterns.ts for those that are taken.`);
      }
      await world.finish();
      await cloud.settled(activity);
    }
  };
}
