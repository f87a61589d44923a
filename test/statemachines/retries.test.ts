import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { FUNCTIONS, STEPS } from '../../statemachines/retries.ts';
import * as policies from '../../statemachines/retry-policies.ts';
import { notRetried, type RetryPolicy } from '../../statemachines/retry-policy.ts';
import { arithmeticOf, longestOf } from '../../statemachines/schedule.ts';
import { written } from '../../statemachines/write.ts';
import { definitions, functionOf, tasks } from './states.ts';

const named = Object.entries(policies) as [string, RetryPolicy][];

/** Our own errors that some policy retries. */
const RETRIED = [...new Set(named.flatMap(([, { ErrorEquals }]) => ErrorEquals))].filter(
  (error) => !error.includes('.'),
);

/** Those of them that pass by themselves only where an account is new. Elsewhere a person has to act. */
const ONLY_WHERE_NEW = ['MemberRoleNotAssumable', 'AccessDenied'];

/** What a step neither retries nor catches by its name, and why not. */
const LEFT: Record<string, string> = {
  'reconcile / Await members: SubscriptionBusy':
    'The connection is left as it is, and the report says so. The next run reads it.',
  'reconcile / Await members: TaskWithoutResult':
    'The connection is left as it is, and the report says so. The next run reads it.',
};

/** Bundles that have the class of an error and never throw it. */
const NEVER_THROWN = [
  // Why a failure needs a person, by its name.
  /^DescribeFailure: /,
  // The meaning of a 404 stands in one table, and these functions do not ask for a task.
  /^(?!GetTask|AwaitChange|ReadPrivateLink)\w+: TaskUnknown$/,
  // What the subscription is busy with is a state of the PrivateLink there, and no failure.
  /^ReadPrivateLink: SubscriptionBusy$/,
  // It is thrown by what describes a single endpoint, in the same file.
  /^ListVpcEndpoints: EndpointPending$/,
];

/** The retried errors that the function may throw, by its bundle. */
function thrownBy(name: string): string[] {
  const call = name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
  const bundle = readFileSync(`dist/lambdas/${call}/index.mjs`, 'utf8');
  return RETRIED.filter((error) => new RegExp(`\\bname\\s*=\\s*"${error}"`).test(bundle)).filter(
    (error) => !NEVER_THROWN.some((known) => known.test(`${name}: ${error}`)),
  );
}

describe('the policies', () => {
  test('are what the definitions have, in every step: `npm run policies` writes them', () => {
    for (const [workflow, definition] of definitions) {
      expect(written(workflow, definition)).toEqual(definition);
    }
  });

  test.each(named)('%s says in its comment what it comes to', (name, policy) => {
    const source = readFileSync('statemachines/retry-policies.ts', 'utf8');
    const comment = source
      .slice(0, source.indexOf(`export const ${name} `))
      .split('/**')
      .at(-1)!;
    expect(comment.replaceAll(/\s*\n \* ?/g, ' ')).toContain(` ${arithmeticOf(policy)}.`);
  });

  test.each([...named, ['not retried', notRetried('States.Timeout')] as const])(
    '%s relies on no default of the States Language',
    (_, policy) => {
      const grows = policy.BackoffRate > 1;
      expect(Object.keys(policy)).toEqual([
        'ErrorEquals',
        'IntervalSeconds',
        'BackoffRate',
        ...(grows ? ['MaxDelaySeconds'] : []),
        'MaxAttempts',
        'JitterStrategy',
      ]);
      // What Step Functions refuses.
      if (grows) expect(policy.MaxDelaySeconds).toBeGreaterThan(policy.IntervalSeconds);
    },
  );

  test('wait for subnets longer than a configuration may ask for', () => {
    const schema = readFileSync('config/privatelink.schema.json', 'utf8');
    const [, minutes] = /"waitMinutes": \{[^}]*"maximum": (\d+)/.exec(schema)!;
    expect(longestOf(policies.VPC_NOT_READY)).toBeGreaterThan(Number(minutes) * 60);
  });
});

describe('every function that a step invokes', () => {
  const invoked = [
    ...new Set(tasks.map(([, state]) => functionOf(state)).filter((name) => name !== undefined)),
  ];

  test('is listed, and no other', () => {
    expect(invoked.sort()).toEqual(Object.keys(FUNCTIONS).sort());
    expect(Object.keys(STEPS).filter((step) => !tasks.some(([name]) => name === step))).toEqual([]);
  });

  test.each(invoked)('%s may throw what its policies retry', (name) => {
    const idle = FUNCTIONS[name]!.filter(({ ErrorEquals }) => {
      const own = ErrorEquals.filter((error) => !error.includes('.'));
      return own.length > 0 && !own.some((error) => thrownBy(name).includes(error));
    });
    expect(idle).toEqual([]);
  });
});

describe('every step', () => {
  test.each(tasks.filter(([, state]) => functionOf(state)))(
    '%s deals with what passes by itself',
    (step, state) => {
      const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
      const caught = (state.Catch ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
      const forgotten = thrownBy(functionOf(state)!).filter(
        (error) => ![...retried, ...caught, ...ONLY_WHERE_NEW].includes(error) && !LEFT[`${step}: ${error}`],
      );
      expect(forgotten).toEqual([]);
    },
  );

  test.each(tasks)('%s retries what fails at AWS itself', (_, { Resource, Retry }) => {
    const retried = (Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    const failures: RetryPolicy[] = Resource!.includes(':::lambda:invoke')
      ? [policies.LAMBDA_FAILURE, policies.FUNCTION_FAILURE]
      : Resource!.includes('.sync')
        ? [policies.START_FAILURE]
        : [policies.SERVICE_FAILURE];
    expect(retried).toEqual(expect.arrayContaining(failures.flatMap(({ ErrorEquals }) => ErrorEquals)));
  });
});
