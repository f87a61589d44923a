import type { tableEnvironment } from '../../../lambdas/shared/coordination/table.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { grantTable } from '../table.ts';
import { addFunction, type FunctionProps } from './add-function.ts';
import { allowAnswering, allowDescribingExecutions, type ChangingWorkflow } from './permissions.ts';

// What functions may do that keep the queues for locks and reads (`lambdas/shared/coordination/`).

/** What keeping the lines needs of the table. */
export const COORDINATION = [
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:Query',
];

/** The workflows whose executions wait for locks, and for readings that they share. */
export const WAITING: ChangingWorkflow[] = ['onboard', 'offboard'];

/** A function that keeps the queues for locks. */
export function addCoordinating(hub: Hub, id: string, props: FunctionProps): ApiFunction {
  const environment = environmentOf<typeof tableEnvironment>({ TABLE_NAME: hub.table.tableName });
  const made = addFunction(hub, id, { ...props, environment: { ...environment, ...props.environment } });
  grantTable(hub.table, made.function, ...COORDINATION);
  allowGrantingLocks(hub, made);
  return made;
}

/** One that keeps those for readings, too: where a reading is given up, another execution begins the next one. */
export function addReleasing(hub: Hub, id: string, props: Omit<FunctionProps, 'environment'>): ApiFunction {
  const made = addCoordinating(hub, id, props);
  allowAnswering(hub, made, WAITING, 'states:SendTaskFailure');
  return made;
}

/** Whoever releases a lock tells the step that waits for it, and looks whether its execution is still there. */
export function allowGrantingLocks(hub: Hub, made: ApiFunction): void {
  allowAnswering(hub, made, WAITING, 'states:SendTaskSuccess');
  allowDescribingExecutions(hub, made, WAITING);
}
