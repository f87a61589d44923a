import { cloudWatchTypes } from './cloudwatch.ts';
import { dataTypes } from './data.ts';
import { eventsTypes } from './events.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import { messagingTypes } from './messaging.ts';
import { organizationsTypes } from './organizations.ts';
import { recordedTypes } from './recorded.ts';
import type { ResourceType } from './resource-type.ts';
import { stackSetTypes } from './stack-set.ts';
import { statesTypes } from './states.ts';

/** Every resource type that the local cloud knows. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries({
    ...cloudWatchTypes,
    ...dataTypes,
    ...eventsTypes,
    ...iamTypes,
    ...lambdaTypes,
    ...messagingTypes,
    ...organizationsTypes,
    ...recordedTypes,
    ...stackSetTypes,
    ...statesTypes,
  }),
);
