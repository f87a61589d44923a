import { Duration } from 'aws-cdk-lib';
import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { automationConfiguration } from './add-function.ts';
import { addCoordinating, addTidying } from './coordinating.ts';

export function takeTurn(hub: Hub): ApiFunction {
  return addCoordinating(hub, 'TakeTurn', {
    call: 'take-turn',
    description: 'Stands in line for the turn to change a subscription.',
  });
}

export function passTurn(hub: Hub): ApiFunction {
  return addCoordinating(hub, 'PassTurn', {
    call: 'pass-turn',
    description: 'Hands the turn to the next in line.',
  });
}

export function watchTurns(hub: Hub): ApiFunction {
  return addTidying(hub, 'WatchTurns', {
    call: 'watch-turns',
    description: 'Looks how long turns have been held, and for readings that were given up.',
    timeout: Duration.minutes(5),
    configuration: automationConfiguration(hub),
  });
}
