import { expect, test } from '@jest/globals';
import { type Members, membersOf } from '../../../../lambdas/redis-cloud/client/members.ts';
import { readPrivateLink } from '../../../../lambdas/redis-cloud/client/private-link.ts';
import { service, share } from './fixtures.ts';

/** The pages from `from` on. */
function pages(resource: object, from = 0): Members[] {
  const page = membersOf(readPrivateLink({ status: 'active', ...resource }, share), from);
  return page.next === null ? [page] : [page, ...pages(resource, page.next)];
}

test('lists accounts with their status, other principals as they are, and whose each connection is', () => {
  const resource = {
    principals: [
      { principal: '123456789012', type: 'aws_account', status: 'associated' },
      { principal: 'arn:aws:iam::210987654321:root', status: 'failed' },
      '111111111111',
      { principal: 'arn:aws:iam::123456789012:role/x', status: 'associated' },
      { principal: 'o-a1b2c3d4e5', type: 'organization' },
    ],
    connections: [
      { associationId: 'rsa-1', ownerId: '123456789012', endpointId: 'vpce-1' },
      { associationId: 'rsa-2', ownerId: 123456789012 },
    ],
    databases: [{ databaseId: 51 }, { databaseId: 52 }],
  };
  expect(pages(resource)).toEqual([
    {
      status: 'active',
      principals: ['123456789012 associated', '210987654321 failed', '111111111111 -'],
      others: ['arn:aws:iam::123456789012:role/x', 'o-a1b2c3d4e5'],
      owners: ['123456789012', '123456789012'],
      databases: 2,
      next: null,
    },
  ]);
});

test('names the endpoint, or the association, of a connection whose owner is not known', () => {
  const connections = [{ endpointId: 'vpce-1' }, { associationId: 'rsa-2' }, { connectionId: 'c-3' }, {}];
  const privateLink = readPrivateLink({ status: 'active', serviceName: 'com.x', connections }, service);
  expect(membersOf(privateLink, 0).owners).toEqual([
    'endpoint:vpce-1',
    'association:rsa-2',
    'association:c-3',
    'association:-',
  ]);
});

const accounts = (number: number) =>
  Array.from({ length: number }, (_, index) => String(100_000_000_000 + index));

test.each([
  [3_999, [4_000]],
  [4_000, [4_000, 1]],
  [8_000, [4_000, 4_000, 1]],
])('%i principals and a connection come in pages of %j', (number, sizes) => {
  const found = pages({ principals: accounts(number), connections: [{ ownerId: '123456789012' }] });
  expect(found.map(({ principals, owners }) => principals.length + owners.length)).toEqual(sizes);
  expect(found.flatMap(({ principals }) => principals)).toEqual(accounts(number).map((id) => `${id} -`));
  expect(found.at(-1)?.owners).toEqual(['123456789012']);
});

test('long principals make smaller pages, so that each fits into the state of a workflow', () => {
  const principals = accounts(4_000).map((id) => `arn:aws:iam::${id}:role/${'p'.repeat(500)}/name`);
  const found = pages({ principals });
  for (const page of found) expect(JSON.stringify(page).length).toBeLessThan(220_000);
  expect(found.flatMap(({ others }) => others)).toEqual(principals);
});

test('a single entry that is longer than anything known is shortened', () => {
  const [page] = pages({
    principals: ['x'.repeat(500_000), { principal: '123456789012', status: 'y'.repeat(500_000) }],
  });
  expect(page).toMatchObject({ next: null });
  expect(JSON.stringify(page).length).toBeLessThan(2_000);
});

test('beyond the last entry there is nothing', () => {
  expect(pages({ principals: accounts(2) }, 5)).toMatchObject([{ principals: [], next: null }]);
});

test('names an account once, however often and in whatever form it is listed', () => {
  const root = 'arn:aws:iam::123456789012:root';
  const principals = [
    { principal: '123456789012', status: 'disassociated' },
    { principal: root, status: 'ASSOCIATED' },
    { principal: `${root.slice(0, -4)}role/app` },
    { principal: `${root.slice(0, -4)}role/app` },
  ];
  const [page] = pages({ principals, connections: [{ associationId: 'rsa-1', ownerId: root }] });

  expect(page).toMatchObject({
    principals: ['123456789012 associated'],
    others: [`${root.slice(0, -4)}role/app`],
    owners: ['123456789012'],
  });
});
