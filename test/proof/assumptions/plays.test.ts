import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { REGISTER } from '../../../assumptions/register.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { tells } from '../../../proof/assumptions/hearing.ts';
import type { Outcome } from '../../../proof/assumptions/play.ts';
import { drawnWorld, playedOf, playsOf } from '../../../proof/assumptions/plays.ts';
import { printed, untold } from '../../../proof/assumptions/report.ts';
import { STORIES } from '../../../proof/assumptions/stories.ts';
import { cloudOf, Troupe } from '../../../proof/assumptions/troupe.ts';
import { isInPart } from '../../../proof/faults/cases.ts';
import { configurationOf } from '../../../proof/faults/ground.ts';
import { one } from '../../long.ts';

jest.setTimeout(120_000);

const plays = playsOf(REGISTER, STORIES, { only: '', draws: 250, seed: 1 });
const otherwises = playedOf(REGISTER).flatMap(({ name, assumed, alternatives }) =>
  alternatives.flatMap(({ value }) => (value === assumed ? [] : [`${name}=${value}`])),
);

describe('the plays', () => {
  test('are of every story with every contract, and of every alternative', () => {
    const has = (part: string) => plays.some(({ name }) => name.includes(part));
    for (const { name, grounds } of STORIES) {
      for (const ground of grounds) {
        expect([name, ground, has(`as local | ${name} | ${ground}`)]).toEqual([name, ground, true]);
      }
    }
    for (const otherwise of otherwises) {
      for (const story of ['connect', 'leave']) {
        for (const contract of ['resource-share', 'endpoint-service']) {
          expect([otherwise, has(`${otherwise} | ${story} | ${contract}`)]).toEqual([otherwise, true]);
        }
      }
    }
  });

  test('of an alternative differ from what is assumed in it alone', () => {
    const assumed = Object.fromEntries(REGISTER.map((one) => [one.name, one.assumed]));
    for (const { otherwise, world } of plays.filter((one) => otherwises.includes(one.otherwise))) {
      const [name, value] = otherwise.split('=') as [string, string];
      expect(world).toEqual({ ...assumed, [name]: value });
    }
  });

  test('are in the stories that are about the question', () => {
    for (const { name, about = [] } of STORIES) {
      for (const assumption of about) {
        expect(plays.some((one) => one.otherwise.startsWith(`${assumption}=`) && one.story === name)).toBe(
          true,
        );
      }
    }
    const names = REGISTER.map(({ name }) => name);
    expect(STORIES.flatMap(({ about = [] }) => about).filter((name) => !names.includes(name))).toEqual([]);
  });

  test('leave out only questions that workflows are tested with', () => {
    const played = playedOf(REGISTER);
    for (const one of REGISTER.filter((each) => !played.includes(each))) {
      expect(one.tried).toContainEqual(expect.stringMatching(/^test\/workflows\//));
    }
  });

  test('by lot are the same for the same seed, and others for another one', () => {
    expect(drawnWorld(REGISTER, 7)).toEqual(drawnWorld(REGISTER, 7));
    expect(drawnWorld(REGISTER, 7)).not.toEqual(drawnWorld(REGISTER, 8));
  });
});

describe('what is heard', () => {
  test('tells a world by what is never heard otherwise, or by the lack of what always is', () => {
    const usual = [
      ['a', 'b'],
      ['a', 'c'],
    ];
    expect(tells(['a', 'b'], usual)).toBe(false);
    expect(tells(['a', 'd'], usual)).toBe(true);
    expect(tells(['b'], usual)).toBe(true);
  });

  test('names alternatives that no play tells, which are defects', () => {
    const outcomes = plays
      .filter(({ story, ground }) => story === 'connect' && ground === 'resource-share')
      .map((play): Outcome => {
        const isQuiet = ['as assumed', 'numbers=texts'].includes(play.otherwise);
        return { play, end: 'converged', failure: null, problems: [], heard: isQuiet ? [] : ['more'] };
      });
    expect(untold(REGISTER, outcomes)).toEqual(['numbers=texts']);
    expect(printed(outcomes, ['numbers=texts'])).toContain('no play tells numbers=texts');
  });
});

describe('a sample of the plays', () => {
  // One in 120 by a hash of the name, of those that can share the commonest cloud.
  const common = cloudOf(plays.find(({ name }) => name === 'as assumed | connect | resource-share')!);
  const sample = plays.filter((play) => cloudOf(play) === common && isInPart(play.name, 0, 120));
  const troupe = new Troupe({
    assemblies: {
      'resource-share': 'dist/test-assumptions',
      'endpoint-service': '',
      script: '',
      'service-network': '',
    },
  });
  beforeAll(() => synthesize(configurationOf('resource-share'), 'dist/test-assumptions'));
  afterAll(() => troupe.end());

  one.each(sample.map((play) => [play.name, play] as const))(
    '%s: converges, or fails clearly and is mended',
    async (_, play) => {
      const { end, failure, problems } = await troupe.perform(play);
      expect({ end, failure, problems }).toMatchObject({ problems: [] });
      expect(end).not.toBe('defect');
    },
  );

  test('is neither empty nor long', () => {
    expect(sample.length).toBeGreaterThan(3);
    expect(sample.length).toBeLessThan(20);
  });
});
