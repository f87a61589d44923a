import type { Reported } from './strays.ts';

/** What could not be told of the accounts to which connections are offered. */
export interface Doubt {
  /** `<account id> <i>,<j>,…` with places in `connections`: whether these are offered to the account is not known. */
  accounts: string[];
  /** Why, in words; the first of it. */
  why: string[];
  /** Organizational units that the configuration names and the organization does not have, in words. */
  units: string[];
}

/** Why nothing is done about an account of which it is not known whether the connection is offered to it. */
export const UNCLEAR = 'whether the connection is offered to the account cannot be told';

/** What a report says of it: what is not known, and what somebody is to look at. */
export function reportedDoubts(doubt: Doubt | null): { incomplete: string[]; reported: Reported[] } {
  const { accounts = [], why = [], units = [] } = doubt ?? {};
  const others = why.filter((what) => !units.some((unit) => what.includes(unit)));
  const incomplete = accounts.length > 0 ? [`what is offered to ${accounts.length} accounts`] : [];
  return {
    incomplete,
    reported: [
      ...units.map((what): Reported => ({ kind: 'unknown organizational unit', what })),
      ...others.map((what): Reported => ({ kind: 'unclear account', what })),
    ],
  };
}
