import { expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/dispatch/read-event.ts';
import { event } from '../../events.ts';

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.MANAGEMENT_ACCOUNT_ID = '111111111111';

test.each([
  ['was created', event.accountCreated()],
  ['was closed', event.accountClosed()],
  ['has departed', event.accountDeparted('444455556666')],
])('that an account %s counts only from the management account', async (_, given) => {
  const forged = { ...given, account: '444455550001' };
  await expect(handler({ event: forged })).rejects.toMatchObject({
    name: 'MalformedEvent',
    message: expect.stringContaining('Only the management account tells of others'),
  });
});
