import { describe, expect, test } from '@jest/globals';
import { differences, pageWith, told } from '../../../proof/foreign/report.ts';
import type { EndState, Step } from '../../../proof/foreign/scenario.ts';

const endpoint = { type: 'Interface', state: 'available', service: 's', zones: 3, groups: 1, tags: ['a'] };
const state: EndState = {
  principal: 'associated',
  endpoints: [endpoint],
  groups: [['8070-8070 from 10.42.0.0/16']],
  parameters: ['/redis-privatelink/orders/<vpc>/endpoint-id'],
};
const step: Step = { name: 'onboard a VPC', status: 'SUCCEEDED', state };

describe('the end states of two worlds', () => {
  test('are the same where they are', () => {
    expect(differences([step], [structuredClone(step)], [])).toEqual([]);
  });

  test('differ by each part of its own', () => {
    const other: Step = {
      ...step,
      status: 'FAILED',
      reason: 'States.Timeout: too late.',
      state: { ...state, principal: undefined, endpoints: [{ ...endpoint, zones: 2 }], parameters: [] },
    };
    expect(differences([step], [other], [])).toEqual([
      'onboard a VPC: ends in FAILED, here in SUCCEEDED. States.Timeout: too late.',
      'onboard a VPC: principal is null, here "associated"',
      'onboard a VPC: parameters is [], here ["/redis-privatelink/orders/<vpc>/endpoint-id"]',
      'onboard a VPC: endpoints.zones is [2], here [3]',
    ]);
  });

  test('differ by an endpoint more or less', () => {
    const other = { ...step, state: { ...state, endpoints: [] } };
    expect(differences([step], [other], [])).toContain('onboard a VPC: endpoints is 0, here 1');
  });

  test('differ by a step that was not played', () => {
    expect(differences([step], [], [])).toEqual(['onboard a VPC: was not played']);
  });

  test('are not compared in what a program cannot have, and only there', () => {
    const other = { ...step, state: { ...state, endpoints: [{ ...endpoint, zones: 2, groups: 0 }] } };
    const blind = [{ part: 'endpoints.groups', what: 'endpoints have no groups' }];
    expect(differences([step], [other], blind)).toEqual(['onboard a VPC: endpoints.zones is [2], here [3]']);
  });
});

test('what is told of a program hides nothing', () => {
  const journey = {
    deployed: ['hub'],
    lacks: ['StackSets'],
    workedAround: ['a fault'],
    steps: [],
    stopped: 'there.',
  };
  const blind = [{ part: 'groups', what: 'no groups' }];
  expect(told('moto', journey, { different: ['all'], blind, why: 'no Docker' })).toBe(`moto
  deployed:
    hub
  lacks, so it was left out:
    StackSets
  worked around:
    a fault
  cannot be compared:
    no groups
  runs no workflow: no Docker
  stopped: there.
  differs:
    all`);
});

test('what is told has a place on the page, or the page is not written', () => {
  const page = 'a\n<!-- foreign -->\nold\n<!-- /foreign -->\nb';
  expect(pageWith(page, 'moto')).toBe('a\n<!-- foreign -->\n\n```text\nmoto\n```\n\n<!-- /foreign -->\nb');
  expect(() => pageWith('a', 'moto')).toThrow('The page has no place <!-- foreign -->.');
});
