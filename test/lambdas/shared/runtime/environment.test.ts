import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { readEnvironment } from '../../../../lambdas/shared/runtime/environment.ts';

const Schema = z.object({
  TABLE_NAME: z.string(),
  EXTERNAL_ID: z.string(),
  LEASE: z.optional(z.string()),
});

test('returns the variables of the schema only', () => {
  expect(readEnvironment(Schema, { TABLE_NAME: 't', EXTERNAL_ID: 'e', PATH: '/bin' })).toEqual({
    TABLE_NAME: 't',
    EXTERNAL_ID: 'e',
  });
});

test('names every variable that is missing', () => {
  expect(() => readEnvironment(Schema, { LEASE: '5' })).toThrow(
    /TABLE_NAME: must be a string, got nothing; EXTERNAL_ID: must be a string, got nothing/,
  );
});

test('reads the environment of the process by default', () => {
  process.env.REDIS_PRIVATELINK_TEST = 'here';

  const variables = readEnvironment(z.object({ REDIS_PRIVATELINK_TEST: z.string() }));
  delete process.env.REDIS_PRIVATELINK_TEST;

  expect(variables).toEqual({ REDIS_PRIVATELINK_TEST: 'here' });
});
