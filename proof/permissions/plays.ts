import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { activeActive } from '../../local/stories/active-active.ts';
import { approval } from '../../local/stories/approval.ts';
import { badDay } from '../../local/stories/bad-day.ts';
import { brakes } from '../../local/stories/brakes.ts';
import { deadLetters } from '../../local/stories/dead-letters.ts';
import { drift } from '../../local/stories/drift.ts';
import { earlierRecords } from '../../local/stories/earlier-records.ts';
import { growing } from '../../local/stories/growing.ts';
import { leave } from '../../local/stories/leave.ts';
import { locks } from '../../local/stories/locks.ts';
import { onboarding } from '../../local/stories/onboarding.ts';
import { serviceNetwork } from '../../local/stories/service-network.ts';
import type { Story } from '../../local/stories/story.ts';
import { trouble } from '../../local/stories/trouble.ts';

/** A story with the configuration on which it is told here. */
export interface Play {
  name: string;
  configuration(): Configuration;
  story: Story;
}

/** The stories in which every permission is to be used, those that take the least first. */
export const plays: readonly Play[] = [
  { name: 'dead letters', configuration: example, story: deadLetters },
  { name: 'drift', configuration: example, story: drift },
  { name: 'locks', configuration: example, story: locks },
  { name: 'earlier records', configuration: example, story: earlierRecords },
  { name: 'leave', configuration: example, story: leave },
  { name: 'onboarding', configuration: example, story: onboarding },
  { name: 'onboarding by endpoint service', configuration: endpointService, story: onboarding },
  { name: 'growing', configuration: endpointService, story: growing },
  {
    name: 'active-active',
    configuration: () => loadConfiguration('config/active-active.yaml'),
    story: activeActive,
  },
  {
    name: 'service network',
    configuration: () => loadConfiguration('config/service-network.yaml'),
    story: serviceNetwork,
  },
  { name: 'trouble', configuration: example, story: trouble },
  { name: 'approval', configuration: asked, story: approval },
  { name: 'brakes', configuration: withoutBudget, story: brakes },
  { name: 'bad day', configuration: handedOver, story: badDay },
];

function example(changes: Partial<Configuration['connections'][number]> = {}): Configuration {
  const configuration = loadConfiguration('config/privatelink.yaml');
  return { ...configuration, connections: configuration.connections.map((one) => ({ ...one, ...changes })) };
}

function withoutBudget(): Configuration {
  const configuration = example();
  return { ...configuration, removals: { ...configuration.removals, atOnce: 0 } };
}

function asked(): Configuration {
  return example({ approval: 'required' });
}

function handedOver(): Configuration {
  return example({ handOver: 'script', deletePrivateLinkWhenUnused: true });
}

function endpointService(): Configuration {
  return example({ contract: 'endpoint-service' });
}
