import { describe, expect, test } from '@jest/globals';
import { handler } from '../../../lambdas/offboard/decide-offboarding.ts';
import { ACCOUNT, cut, endpoint, given, ONE, VPC } from './deciding/situation.ts';

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

describe('the function', () => {
  const input = given({ endpoints: [endpoint()], privateLink: { connections: [ONE] } });

  test('hands back connections as they were shown', async () => {
    expect(await handler(input)).toMatchObject({ ...cut([ONE]), notes: [] });
  });

  test('says what has been asked for then, and what if it comes to nothing', async () => {
    expect(await handler(input)).toMatchObject({
      asked: { ...input.asked, connections: ['rsa-1'] },
      askedAnew: { ...input.asked, connections: [] },
    });
  });

  test.each<[string, object, boolean]>([
    ['by the records', { recorded: undefined, records: [{ sk: 'connection#orders' }] }, true],
    ['not by those of a VPC', { recorded: undefined, records: [{ sk: `connection#orders#${VPC}` }] }, false],
    ['as the execution says that is from before', { recorded: true, records: [] }, true],
  ])('knows %s whether the account was admitted by this system', async (_, differs, isRecorded) => {
    const gone = given({ vpcId: null, onlyOurs: true, ...differs } as object);
    const { notes } = (await handler(gone)) as { notes: string[] };
    const alone = `account ${ACCOUNT} was not admitted by this system, so it is left alone`;
    expect(notes.includes(alone)).toBe(!isRecorded);
  });

  test.each([
    ['an account id', { ...input, accountId: '4' }],
    ['a VPC id', { ...input, vpcId: 'vpc-1' }],
    ['a look', { ...input, privateLink: null }],
  ])('refuses what is not %s', async (_, wrong) => {
    await expect(handler(wrong)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
});
