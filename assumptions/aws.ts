import type { Assumption } from './assumption.ts';
import { endpoints } from './aws/endpoints.ts';
import { permissions } from './aws/permissions.ts';
import { timing } from './aws/timing.ts';

/** What no document settles about AWS. */
export const aws = [
  {
    name: 'list-of-one',
    about: 'AWS',
    question: 'What does a JSONata expression give for a list of one item that is not written in brackets?',
    alternatives: [
      {
        value: 'kept',
        means: 'A list, as the engine in JavaScript gives it.',
        outcome: 'Every expression whose consumer wants a list is in brackets, so it is one.',
      },
      {
        value: 'unwrapped',
        means: 'The item, as the engine in Java gives it for the results of some functions.',
        outcome: 'The same.',
      },
    ],
    assumed: 'kept',
    local: 'unwrapped',
    sources: [
      'AWS names JSONata 2.0.6 and no engine; `$random(42)` on AWS equals `java.util.Random(42)`, which points to a JVM.',
      '`$distinct($append(["a"],["a"]))` is `["a"]` with jsonata 2.0.6 and `"a"` with com.dashjoin:jsonata 0.9.9.',
    ],
    tried: ['test/statemachines/lists.test.ts', 'test/workflows/'],
  },
  ...endpoints,
  ...permissions,
  ...timing,
] as const satisfies readonly Assumption[];

type AwsAssumption = (typeof aws)[number];

/** Which alternative is true, by the assumption's name. */
export type AwsWorld = {
  [A in AwsAssumption as A['name']]: A['alternatives'][number]['value'];
};
