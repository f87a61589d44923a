import { test } from '@jest/globals';
import fc from 'fast-check';
import { live } from './histories/live.ts';
import { histories, worlds } from './histories/steps.ts';

// `HISTORIES=50` lets fifty new ones happen. `HISTORY=<seed>:<path>` lets one happen again, and shrinks it if it fails.
const { HISTORIES, HISTORY } = process.env;

const [given, ...path] = HISTORY?.split(':') ?? [];
const isAsked = HISTORIES !== undefined || given !== undefined;
const seed = given !== undefined ? Number(given) : isAsked ? Date.now() % 2 ** 31 : 13;

test(
  `whatever happens, all is as it should be in the end, and nothing of others is touched (seed ${seed})`,
  () =>
    fc.assert(fc.asyncProperty(worlds, histories, live), {
      seed,
      path: path.join(':'),
      numRuns: Number(HISTORIES ?? (isAsked ? 1 : 2)),
      endOnFailure: !isAsked,
    }),
  isAsked ? 86_400_000 : 600_000,
);
