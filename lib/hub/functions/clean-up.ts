import type { messageEnvironment } from '../../../lambdas/clean-up/describe-failure.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import { runbookOf } from '../../runbook.ts';
import type { Hub } from '../hub.ts';
import { addFunction } from './add-function.ts';
import { addReleasing } from './coordinating.ts';

export function releaseLocks(hub: Hub): ApiFunction {
  return addReleasing(hub, 'LetGo', {
    call: 'release-locks',
    description: 'Gives back what an execution that has ended may hold.',
  });
}

export function describeFailure(hub: Hub): ApiFunction {
  const environment = environmentOf<typeof messageEnvironment>({
    RUNBOOK: runbookOf(hub.configuration),
  });
  return addFunction(hub, 'DescribeFailure', {
    call: 'describe-failure',
    description: 'Says who has to know of a failure, and in which words.',
    environment,
  });
}
