import { expect, jest, test } from '@jest/globals';
import { criticalPath, lengthOf, serialBound } from '../../../proof/bench/critical-path.ts';
import { wave } from '../../../proof/bench/wave.ts';

jest.setTimeout(60_000);

test('a wave of three accounts costs what it costs by hand', async () => {
  const figures = await wave('dist/test', { contract: 'resource-share', accounts: 3 });
  expect(figures).toMatchObject({
    accounts: 3,
    // One reading for all at first, an admission each, and two readings that verify them: the second account's waits
    // for the first one's, and then serves the third's too. Each with the poll that finds it done.
    callsBeyondPolls: (2 + 3 * 2 + 2 * 2) / 3,
    // 0.3 s until the task is known and 8 s of processing, three times.
    serialBoundSeconds: 24.9,
    refused: 0,
    overtakers: 0,
  });
  expect(figures.makespanRatio).toBeCloseTo(figures.makespanSeconds / 24.9);
  // The third has waited for two admissions; the endpoint alone takes 55 s after the last one.
  expect(figures.longestWaitSeconds).toBeGreaterThanOrEqual(2 * 8.3);
  expect(figures.makespanSeconds).toBeGreaterThan(24.9 + 55);
});

test('the critical path of each onboarding is the sum of what cannot overlap', () => {
  const seconds = (...[contract, situation]: Parameters<typeof criticalPath>) =>
    lengthOf(criticalPath(contract, situation)) / 1000;
  // The read takes 0.3 + 0.8 s, the admission 0.3 + 8 s, the invitation 3 s, the target 5 s, the subnets a
  // minute, the endpoint 55 s and its three names 14 s.
  expect(seconds('resource-share', 'new account')).toBeCloseTo(1.1 + 8.3 + 3 + 5 + 60 + 55 + 14);
  expect(seconds('endpoint-service', 'new account')).toBeCloseTo(1.1 + 8.3 + 1.1 + 60 + 55);
  expect(seconds('resource-share', 'second VPC')).toBeCloseTo(1.1 + 60 + 55 + 14);
  // The creation takes 0.3 + 20 s, the provisioning 40 s.
  expect(seconds('resource-share', 'new subscription')).toBeCloseTo(20.3 + 40 + 3 + 5 + 60 + 55 + 14);
  expect(seconds('endpoint-service', 'new subscription')).toBeCloseTo(20.3 + 40 + 1.1 + 8.3 + 1.1 + 60 + 55);
  expect(serialBound(1000)).toBe(8_300_000);
});
