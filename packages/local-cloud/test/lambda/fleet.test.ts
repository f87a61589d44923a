import { expect, test } from '@jest/globals';
import { Fleet, type SandboxesOf } from '../../src/lambda/fleet.ts';

test('a sandbox that cannot be started leaves its place to the next', async () => {
  const fleet = new Fleet();
  const broken: SandboxesOf = {
    directory: '/nowhere',
    sandboxes: new Set(),
    start: () => {
      throw new Error('no credentials');
    },
  };
  const attempt = () =>
    fleet.use(
      broken,
      () => 0,
      async () => {},
    );
  // One more than run at once.
  const attempts = await Promise.allSettled([attempt(), attempt(), attempt()]);
  expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await fleet.close();
});
