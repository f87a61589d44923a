// Long: whatever may come together, by lot. The other files here always play each of its steps; brakes.test.ts, the budget.

import fc from 'fast-check';
import { localWorld } from '../../assumptions/register.ts';
import { long } from '../long.ts';
import { MINUTE } from './harness.ts';
import { live } from './histories/live.ts';
import { type Act, budgets, histories, type Step, worlds } from './histories/steps.ts';

// `HISTORIES=50` lets fifty new ones happen. `HISTORY=<seed>:<path>` lets one happen again, and shrinks it if it fails.
const { HISTORIES, HISTORY } = process.env;

const [given, ...path] = HISTORY?.split(':') ?? [];
const isAsked = HISTORIES !== undefined || given !== undefined;
const seed = given !== undefined ? Number(given) : isAsked ? Date.now() % 2 ** 31 : 13;

long(
  `whatever happens, all is as it should be in the end, and nothing of others is touched (seed ${seed})`,
  () =>
    fc.assert(fc.asyncProperty(worlds, histories, budgets, live), {
      seed,
      path: path.join(':'),
      numRuns: Number(HISTORIES ?? (isAsked ? 1 : 2)),
      endOnFailure: !isAsked,
    }),
  isAsked ? 86_400_000 : 600_000,
);

long(
  'more goes than the budget lets go, and the rest waits for a person',
  () => {
    const step = (act: Act, pause = 20 * MINUTE): Step => ({ ...act, telling: 'once', pause });
    const lost = [0, 1, 2].map((vpc) => step({ what: 'tag', vpc, tag: '' }, 1_000));
    const tagged = { tag: 'orders', subnets: 'now' } as const;
    const made = [0, 0].map((account) => step({ what: 'create', account, ...tagged }));
    return live(localWorld(), [step({ what: 'join', ...tagged }), ...made, ...lost], 1);
  },
  300_000,
);
