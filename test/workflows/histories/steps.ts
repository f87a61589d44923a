import fc from 'fast-check';
import { REGISTER, type World } from '../../../assumptions/register.ts';
import { MINUTE } from '../harness.ts';

/** How AWS tells of what happens: as a rule, twice, two minutes late, or not at all. */
export type Telling = 'once' | 'twice' | 'late' | 'never';

/** One of the things that are there when a step is made, by a number. */
type Pick = number;

/** What happens in a step. What it needs and is not there makes it do nothing. */
export type Act =
  // In the organization.
  | { what: 'join'; tag: string; subnets: 'now' | 'later' }
  | { what: 'create'; account: Pick; tag: string; subnets: 'now' | 'later' }
  | { what: 'tag'; vpc: Pick; tag: string }
  | { what: 'finish' }
  | { what: 'tear down'; vpc: Pick }
  | { what: 'close' | 'leave'; account: Pick }
  | { what: 'move'; account: Pick; unit: Pick }
  // People meddle.
  | { what: 'delete endpoint' | 'close group'; vpc: Pick }
  | { what: 'remove principal' | 'add principal'; connection: Pick; account: Pick }
  | { what: 'delete PrivateLink'; connection: Pick }
  // Operators work.
  | { what: 'onboard' | 'offboard'; connection: Pick; vpc: Pick; whole: boolean }
  | { what: 'offboard all'; connection: Pick }
  | { what: 'reconcile' }
  | { what: 'stop' | 'redrive'; execution: Pick }
  // A fault waits for the call after so many.
  | { what: 'fault'; after: number; which: Pick };

export type Step = Act & { telling: Telling; pause: number };

const pick = fc.nat({ max: 999 });
const tag = fc.constantFrom('', 'orders', 'ledger', 'orders ledger', 'archive', 'shop', 'ledger archive');
const subnets = fc.constantFrom<('now' | 'later')[]>('now', 'later');
const what = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const connection = pick;
const account = pick;
const vpc = pick;

const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: what('join'), tag, subnets }) },
  { weight: 4, arbitrary: fc.record({ what: what('create'), account, tag, subnets }) },
  { weight: 8, arbitrary: fc.record({ what: what('tag'), vpc, tag }) },
  { weight: 2, arbitrary: fc.record({ what: what('finish') }) },
  { weight: 3, arbitrary: fc.record({ what: what('tear down'), vpc }) },
  { weight: 2, arbitrary: fc.record({ what: what('close', 'leave'), account }) },
  { weight: 4, arbitrary: fc.record({ what: what('move'), account, unit: pick }) },
  { weight: 4, arbitrary: fc.record({ what: what('delete endpoint', 'close group'), vpc }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: what('remove principal', 'add principal'), connection, account }),
  },
  { weight: 1, arbitrary: fc.record({ what: what('delete PrivateLink'), connection }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: what('onboard', 'offboard'), connection, vpc, whole: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ what: what('offboard all'), connection }) },
  { weight: 2, arbitrary: fc.record({ what: what('reconcile') }) },
  { weight: 8, arbitrary: fc.record({ what: what('stop', 'redrive'), execution: pick }) },
  { weight: 10, arbitrary: fc.record({ what: what('fault'), after: fc.nat({ max: 200 }), which: pick }) },
);
const telling = fc.constantFrom<Telling[]>('once', 'once', 'once', 'twice', 'late', 'never');
const pause = fc.constantFrom(0, 500, 3_000, 8_000, 15_000, 40_000, 90_000, 5 * MINUTE);

const step = fc
  .tuple(act, telling, pause)
  .map(([done, told, paused]): Step => ({ ...done, telling: told, pause: paused }));

/** What happens in an organization, step by step. */
export const histories = fc.array(step, { minLength: 1, maxLength: 20, size: 'max' });

/** Which alternative of each assumption is true. Smaller is closer to what is assumed. */
export const worlds: fc.Arbitrary<World> = fc.record(
  Object.fromEntries(
    REGISTER.map(({ name, assumed, alternatives }) => {
      const others = alternatives.map(({ value }) => value).filter((value) => value !== assumed);
      return [name, fc.constantFrom(assumed, ...others)];
    }),
  ),
  { noNullPrototype: true },
);

/** How many VPCs or accounts of a connection may go in any hour; 100 is what the configuration says. */
export const budgets = fc.constantFrom(100, 2, 1);
