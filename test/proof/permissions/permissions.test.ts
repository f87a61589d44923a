// Long: every story, for every permission that a role has. A cloud refuses what is not allowed wherever it is played, and
// authorization.test.ts always tells of the templates what may be done in an account.

import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { addUp, type Permitted } from '../../../proof/permissions/granted.ts';
import { Assemblies, type Performance, perform } from '../../../proof/permissions/perform.ts';
import { plays } from '../../../proof/permissions/plays.ts';
import { isClear, sampleOf, tryWithout } from '../../../proof/permissions/removals.ts';
import { long } from '../../long.ts';

jest.setTimeout(600_000);

let assemblies: Assemblies;
const performances: (Performance & { play: string })[] = [];
let all: Permitted[];

beforeAll(async () => {
  assemblies = await Assemblies.make(plays.map((play) => play.configuration()));
  for (const play of plays) {
    const performance = await perform(play, assemblies.of(play.configuration()));
    performances.push({ play: play.name, ...performance });
  }
  all = addUp(performances);
});
afterAll(() => assemblies.remove());

const named = ({ stack, holder, action, resource }: Permitted) => `${stack} ${holder} ${action} ${resource}`;

long('no story is refused what the deployment should allow', () => {
  const denials = performances.flatMap(({ play, denials }) =>
    denials.map(({ message }) => `${play}: ${message}`),
  );
  expect(denials).toEqual([]);
});

long('every permission of the templates is used by a story', () => {
  const unused = all.filter(({ count }) => count === 0);
  expect(unused.map(named)).toEqual([]);
});

long('no permission allows only what another one allows too', () => {
  expect(all.filter(({ count, alone }) => count > 0 && alone === 0).map(named)).toEqual([]);
});

long('a permission that is taken away is missed by a story, with an error that names it', async () => {
  const sample = sampleOf(all);
  expect(sample.length).toBeGreaterThan(3);
  const removals = await tryWithout(sample, assemblies);
  const unclear = removals.filter((removal) => !isClear(removal));
  expect(unclear.map(({ permission, refusal }) => [named(permission), refusal])).toEqual([]);
});
