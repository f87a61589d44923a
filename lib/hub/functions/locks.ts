import { Duration } from 'aws-cdk-lib';
import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { automationConfiguration } from './add-function.ts';
import { addCoordinating, addReleasing } from './coordinating.ts';
import { ownersEnvironment } from './networks.ts';

export function acquireLock(hub: Hub): ApiFunction {
  return addCoordinating(hub, 'TakeTurn', {
    call: 'acquire-lock',
    description: 'Waits in the queue for the lock to change a subscription.',
    environment: ownersEnvironment(hub),
  });
}

export function releaseLock(hub: Hub): ApiFunction {
  return addCoordinating(hub, 'PassTurn', {
    call: 'release-lock',
    description: 'Gives the lock to the next in the queue.',
  });
}

export function watchLocks(hub: Hub): ApiFunction {
  return addReleasing(hub, 'WatchTurns', {
    call: 'watch-locks',
    description: 'Looks how long locks have been held, and for readings that were given up.',
    timeout: Duration.minutes(5),
    configuration: automationConfiguration(hub),
  });
}
