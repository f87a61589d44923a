import { expect } from '@jest/globals';
import type { Ground } from '../../proof/bench/ground.ts';
import { one } from '../long.ts';
import { amiss, deployed, type Look, look } from './deployment.ts';

export interface Lack {
  as: string;
  lack: (ground: Ground) => Promise<unknown> | unknown;
  look?: Omit<Look, 'as'>;
  says: RegExp[];
  /** A reconciliation has run. It takes a while to start its functions. */
  reconciled?: boolean;
}

export const NEVER_RECONCILED =
  /^missing: no reconciliation has ended well yet => aws stepfunctions start-execution .*redis-privatelink-reconcile/;

export const none = () => {};

/** Each lack is found, with the command that repairs it. */
export function testLacks(lacks: Record<string, Lack>): void {
  one.each(Object.entries(lacks))('%s is told so, with the command that repairs it', (_what, lack) =>
    deployed(
      async (ground) => {
        await lack.lack(ground);
        const found = amiss(await look(ground, { as: lack.as, ...lack.look }));
        const about = found.filter((line) => lack.reconciled || !NEVER_RECONCILED.test(line));
        expect(about).toEqual(lack.says.map((pattern) => expect.stringMatching(pattern)));
      },
      { reconciled: lack.reconciled ?? false },
    ),
  );
}
