import type { VpcEndpointAssociation } from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../../lambdas/aws/resources/databases.ts';
import { namesOf } from '../../../../lambdas/aws/resources/dns-names.ts';

const GROUP = 'arn:aws:vpc-lattice:us-east-1:999900001111:resourceconfiguration';
const DOMAIN = 'internal.c1.us-east-1.redis.example.com';

/** The association of a database, or of the metrics. */
function association(port: number | 'metrics', more: VpcEndpointAssociation = {}): VpcEndpointAssociation {
  return {
    Id: `vpce-rsc-asc-${port}`,
    AssociatedResourceArn: `${GROUP}/rcfg-0${port}`,
    DnsEntry: { DnsName: `vpce-1.rcfg-0${port}.vpc-lattice-rsc.us-east-1.on.aws` },
    PrivateDnsEntry: { DnsName: port === 'metrics' ? DOMAIN : `redis-${port}.${DOMAIN}` },
    ...more,
  };
}
const unnamed = { DnsEntry: undefined, PrivateDnsEntry: undefined };
const database = (databaseId: number, port: number | null, rlEndpoint: string | null): Database => ({
  databaseId,
  port,
  rlEndpoint,
});
const [ONE, TWO] = [database(51, 0, 'rcfg-012345'), database(52, 0, 'rcfg-012346')];

function names(associations: VpcEndpointAssociation[], databases: Database[] = [ONE, TWO], isPrivate = true) {
  return namesOf({ VpcEndpointType: 'Resource', PrivateDnsEnabled: isPrivate }, associations, databases);
}

describe('the names of a resource endpoint', () => {
  test('are the private ones, with AWS’s own beside them, and say which database each is of', () => {
    expect(names([association(12345), association(12346), association('metrics')])).toEqual({
      endpoints: [
        {
          dnsName: DOMAIN,
          awsDnsName: 'vpce-1.rcfg-0metrics.vpc-lattice-rsc.us-east-1.on.aws',
          port: 8070,
          type: 'metrics',
          databaseId: null,
        },
        {
          dnsName: `redis-12345.${DOMAIN}`,
          awsDnsName: 'vpce-1.rcfg-012345.vpc-lattice-rsc.us-east-1.on.aws',
          port: 12345,
          type: 'database',
          databaseId: 51,
        },
        expect.objectContaining({ port: 12346, databaseId: 52 }),
      ],
      awaited: [],
      failed: [],
    });
  });

  test.each([
    ['AWS’s id of the resource', `${GROUP}/rcfg-012345`, 0],
    ['the private name, with a port', `redis-12345.${DOMAIN}:12345`, 0],
    ['the private name in other letters', `Redis-12345.${DOMAIN}.`, 0],
    ['a name of another domain with the same first label', 'redis-12345.c1.rlrcp.com', 0],
    ['nothing, where the port is right', null, 12345],
  ])('are paired by %s', (_, rlEndpoint, port) => {
    const { endpoints } = names(
      [association(12345)],
      [database(51, port, rlEndpoint), database(52, 0, null)],
    );
    expect(endpoints[0]?.databaseId).toBe(51);
  });

  test('are paired with no database where two would fit', () => {
    const { endpoints } = names([association(12345)], [database(51, 12345, null), database(52, 12345, null)]);
    expect(endpoints[0]).toMatchObject({ port: 12345, databaseId: null });
  });

  test('have their ports without private DNS, where Redis Cloud tells them', () => {
    const plain = (port: number | 'metrics') => association(port, { PrivateDnsEntry: undefined });
    const databases = [database(51, 12345, 'rcfg-012345'), database(52, 0, 'rcfg-012346')];
    const { endpoints, awaited } = names([plain(12345), plain(12346), plain('metrics')], databases, false);
    expect(endpoints.map(({ type, port, databaseId }) => [type, port, databaseId])).toEqual([
      ['database', 12345, 51],
      ['database', null, 52],
      ['other', null, null],
    ]);
    expect(awaited).toEqual([]);
  });
});

describe('what an endpoint lacks', () => {
  test.each<[string, VpcEndpointAssociation[], Database[], string[]]>([
    ['everything', [], [], ['it has no associations']],
    [
      'one database of two',
      [association(12345), association('metrics')],
      [ONE, TWO],
      ['database 52 has no association'],
    ],
    [
      'a database and the metrics',
      [association(12345)],
      [ONE, TWO],
      ['database 52 has no association', 'the metrics have no association'],
    ],
    [
      'two of three, where nothing tells which',
      [association(12345)],
      [database(51, 0, null), database(52, 0, null)],
      ['2 of 2 databases and the metrics have no association'],
    ],
    [
      'a name',
      [association(12345), association(12346, unnamed), association('metrics')],
      [ONE, TWO],
      ['database 52 has no DNS name'],
    ],
    [
      'a private name',
      [association(12345), association(12346, { PrivateDnsEntry: undefined }), association('metrics')],
      [ONE, TWO],
      ['database 52 has no private DNS name'],
    ],
    [
      'access to a resource',
      [association(12345, { AssociatedResourceAccessibility: 'Inaccessible' }), association('metrics')],
      [ONE],
      ['database 51 is inaccessible'],
    ],
    ['nothing that is known', [association(12345)], [], []],
  ])('is %s', (_, associations, databases, awaited) => {
    expect(names(associations, databases)).toMatchObject({ awaited, failed: [] });
  });

  test('is what has failed, and why', () => {
    const failed = association(12346, { ...unnamed, FailureCode: 'X', FailureReason: 'No capacity.' });
    const found = names([association(12345), failed, association('metrics')]);
    expect(found).toMatchObject({ awaited: [], failed: ['database 52 has failed: No capacity. (X)'] });
    expect(found.endpoints.map(({ databaseId }) => databaseId)).toEqual([null, 51]);
  });
});
