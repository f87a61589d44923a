import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Activity } from 'local-cloud';
import { synthesize } from '../../../local/synthesize.ts';
import type { Call } from '../../../proof/faults/calls.ts';
import { type Case, casesOf, Tried } from '../../../proof/faults/cases.ts';
import { faultsOf } from '../../../proof/faults/faults.ts';
import { configurationOf, Ground } from '../../../proof/faults/ground.ts';
import { jobsOf, selected } from '../../../proof/faults/jobs.ts';
import { problemsOf } from '../../../proof/faults/judge.ts';
import { type Recorded, record } from '../../../proof/faults/recording.ts';
import { printed } from '../../../proof/faults/report.ts';
import { begin, SCENARIOS } from '../../../proof/faults/scenarios.ts';
import { Stage } from '../../../proof/faults/stage.ts';
import { type Result, Trials } from '../../../proof/faults/trial.ts';
import { long, longGroup, all as playsAll } from '../../long.ts';

jest.setTimeout(120_000);

const FOLDER = 'dist/test-faults';
let ground: Ground;
let trials: Trials;
let recorded: Recorded[];
let accounts = 0;
const nextAccount = () => String(500_000_000_000 + accounts++);

beforeAll(async () => {
  await synthesize(configurationOf('resource-share'), FOLDER);
  ground = await Ground.open('resource-share', FOLDER);
  trials = new Trials(ground);
  recorded = await record(ground, ['connect', 'leave']);
});
afterAll(async () => {
  await trials.end();
  await ground.close();
});

function caseOf(call: string, fault: string): Case {
  const cases = casesOf('resource-share', recorded, new Tried());
  return cases.find(({ name }) => name === `${call} | ${fault} | resource-share`)!;
}

describe('the calls of a story', () => {
  test('are known with the state that makes them, whoever makes the call', () => {
    const calls = recorded.map(({ call }) => call);
    const state = { workflow: 'onboard', state: 'Create VPC endpoint' };
    expect(calls).toContainEqual({ ...state, kind: 'function', target: 'invoke' });
    const by = 'redis-privatelink-create-vpc-endpoint';
    expect(calls).toContainEqual({ ...state, kind: 'aws', target: 'ec2:CreateVpcEndpoint', by });
    expect(calls).toContainEqual({
      workflow: 'onboard',
      state: 'Record connection',
      kind: 'integration',
      target: 'dynamodb:PutItem',
    });
    expect(calls).toContainEqual({
      workflow: 'offboard',
      state: 'Remove principal',
      kind: 'redis-cloud',
      target: 'redis-cloud:removePrincipal',
      by: 'redis-privatelink-remove-principal',
    });
  });

  test('have the faults of their kind', () => {
    const names = (kind: Call['kind'], target: string) =>
      faultsOf({ workflow: 'onboard', state: 'A', kind, target }).map(({ name }) => name);
    expect(names('aws', 'ec2:DescribeVpcs')).toContain('sees nothing for 1 min');
    expect(names('aws', 'ec2:CreateVpcEndpoint')).not.toContain('sees nothing for 1 min');
    expect(names('redis-cloud', 'redis-cloud:getTask')).toContain('stuck as received');
    expect(names('redis-cloud', 'redis-cloud:addPrincipal')).toContain('SUBSCRIPTION_NOT_ACTIVE');
    expect(names('function', 'invoke')).toContain('stopped, redriven');
  });
});

test('of the faults by which a function fails in the same way, a further state has one', () => {
  const scenario = SCENARIOS[0]!;
  const call = (state: string): Call => ({
    workflow: 'onboard',
    state,
    kind: 'aws',
    target: 'dynamodb:PutItem',
    by: 'acquire-lock',
  });
  const given = ['A', 'B'].map((state) => ({ call: call(state), scenario }));
  const faults = (state: string) =>
    casesOf('resource-share', given, new Tried())
      .filter((one) => one.call.state === state)
      .map(({ fault }) => fault.name);
  expect(faults('A')).toContain('no connection');
  expect(faults('B')).toEqual(['answer lost', 'throttled for 5 min', 'denied']);
});

test('a case that begins with a connection comes behind one that ends with it', () => {
  const scenario = (name: string) => SCENARIOS.find((one) => one.name === name)!;
  const call: Call = { workflow: 'onboard', state: 'A', kind: 'function', target: 'invoke' };
  const [fault] = faultsOf(call);
  const one = (name: string, story: string, ground: Case['ground'] = 'resource-share'): Case => ({
    name,
    ground,
    call,
    scenario: scenario(story),
    fault: fault!,
  });
  const cases = [
    one('a', 'leave'),
    one('b', 'admit'),
    one('c', 'connect'),
    one('d', 'leave'),
    one('e', 'leave', 'endpoint-service'),
    one('f', 'connect'),
    one('g', 'repair'),
  ];
  expect(jobsOf(cases)).toEqual([['b'], ['c', 'a'], ['f', 'd'], ['g'], ['e']]);
});

/** One case in so many; the same ones in every run. `npm test` tries a part of this part. */
const SAMPLE = playsAll ? 40 : 240;

test('a part of all cases, chosen by their names, ends as it must', async () => {
  const all = casesOf('resource-share', recorded, new Tried());
  const chosen = selected(all, { only: '', sample: SAMPLE });
  // Names decide, so a kind of call with few cases may have none among them.
  const others = [...Map.groupBy(all, ({ call }) => call.kind).values()].flatMap((ofKind) =>
    ofKind.some((one) => chosen.includes(one)) ? [] : ofKind.slice(0, 1),
  );
  const cases = [...chosen, ...others];
  const results = new Map<string, Result>();
  for (const name of jobsOf(cases).flat()) {
    const one = cases.find((given) => given.name === name)!;
    results.set(name, await trials.run(one, nextAccount()));
  }
  const wrong = [...results.values()].filter(({ end }) => end === 'defect' || end === 'untried');
  expect(wrong).toEqual([]);
  expect(new Set(cases.map(({ call }) => call.kind)).size).toBe(4);
  expect(printed(cases, results)).toContain(`${cases.length} cases`);
});

describe('a case', () => {
  test('that a person must help with is a clear failure, and converges when it is redriven', async () => {
    const given = caseOf('onboard / Create VPC endpoint: ec2:CreateVpcEndpoint', 'denied');
    const result = await trials.run(given, nextAccount());
    expect(result).toEqual({
      name: given.name,
      end: 'redriven',
      failure: expect.stringMatching(/^onboard FAILED AccessDenied: ec2:CreateVpcEndpoint in us-east-1/),
      because: 'nobody but a person can give the permission',
      problems: [],
    });
  });

  long('whose failure has a name that does not fit is a defect', async () => {
    const { fault, ...given } = caseOf('onboard / Create VPC endpoint: ec2:CreateVpcEndpoint', 'denied');
    const result = await trials.run({ ...given, fault: { ...fault, fits: /^VpcNotFound$/ } }, nextAccount());
    expect(result.end).toBe('defect');
    expect(result.problems).toEqual([expect.stringContaining('misnamed: onboard FAILED AccessDenied')]);
  });

  long('whose fault never happens is not counted as tried', async () => {
    const { call, ...given } = caseOf('onboard / Create VPC endpoint: ec2:CreateVpcEndpoint', 'denied');
    const never = { ...call, state: 'Another state' };
    const result = await trials.run({ ...given, call: never }, nextAccount());
    expect(result.end).toBe('untried');
  });
});

test('what is missing and what is left over is seen', async () => {
  // A ground has one Redis Cloud at a time.
  await trials.end();
  await Activity.run(ground.cloud.clock, async (activity) => {
    const stage = await Stage.enter(ground, activity, nextAccount());
    const scenario = SCENARIOS.find(({ name }) => name === 'connect')!;
    await begin(stage, scenario);
    const missing = await problemsOf(stage, 'connected');
    expect(missing).toContain('the principal: null in place of "associated"');
    await scenario.act(stage);
    expect(await problemsOf(stage, 'connected')).toEqual([]);
    const left = (await problemsOf(stage, 'gone')).map((problem) => problem.split(':')[0]);
    expect(left).toEqual([
      'endpoints',
      'security groups',
      'the principal',
      'the PrivateLink',
      'parameters',
      'records',
    ]);
    await stage.leave();
  });
});

longGroup('the ground of a service network', () => {
  const NETWORK = 'dist/test-faults-network';
  let network: Ground;
  let own: Recorded[];
  beforeAll(async () => {
    await synthesize(configurationOf('service-network'), NETWORK);
    network = await Ground.open('service-network', NETWORK);
    own = await record(network, ['connect', 'leave all']);
  });
  afterAll(() => network.close());

  const calls = () =>
    own.map(({ call }) => call.target).filter((target) => target.startsWith('vpc-lattice:'));

  test('has the calls by which it is associated, and the association ended', () => {
    expect(calls().sort()).toEqual([
      'vpc-lattice:CreateServiceNetworkResourceAssociation',
      'vpc-lattice:DeleteServiceNetworkResourceAssociation',
      'vpc-lattice:GetResourceConfiguration',
      'vpc-lattice:GetServiceNetwork',
      'vpc-lattice:ListServiceNetworkResourceAssociations',
    ]);
  });

  test.each([
    ['onboard / Accept resource share: vpc-lattice:CreateServiceNetworkResourceAssociation', 'answer lost'],
    ['offboard / Delete VPC endpoint: vpc-lattice:DeleteServiceNetworkResourceAssociation', 'denied'],
  ])('at %s, “%s” ends as it must', async (call, fault) => {
    const cases = casesOf('service-network', own, new Tried());
    const given = cases.find(({ name }) => name === `${call} | ${fault} | service-network`)!;
    const all = new Trials(network);
    const { problems, end } = await all.run(given, nextAccount());
    await all.end();
    expect(problems).toEqual([]);
    expect(['converged', 'redriven', 'reconciled', 'put off']).toContain(end);
  });
});
