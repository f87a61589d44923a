import type { Ec2Options } from './aws/ec2/ec2.ts';
import type { EventPace } from './aws/events.ts';
import type { PendingResources } from './aws/ram.ts';
import type { LatticeWays } from './aws/vpc-lattice/service-networks.ts';
import type { StackEvent, StackSetPace } from './cloudformation/stack-sets.ts';
import type { ListsOfOne } from './states/lists-of-one.ts';
import type { TaskServices } from './states/task-services.ts';

/**
 * How services behave where AWS does not say, or where it takes its time. What is left out is as each service has it
 * by default.
 */
export interface Conduct {
  events?: { pace?: EventPace };
  stackSets?: { pace?: StackSetPace; event?: StackEvent };
  ec2?: Pick<Ec2Options, 'timings' | 'quotas' | 'ways'>;
  ram?: { pending?: PendingResources };
  lattice?: { ways?: Partial<LatticeWays> };
  /** `tasks`: what answers the calls of tasks in place of the services of this cloud. */
  stepFunctions?: { listsOfOne?: ListsOfOne; tasks?: TaskServices };
}

/** What of it can change while a cloud is there. */
export type Behaviour = Pick<Conduct, 'ec2' | 'lattice' | 'events' | 'stackSets'>;
