import type { Conduct } from 'local-cloud';
import type { AwsWorld } from '../assumptions/aws.ts';
import { redisCloud } from '../assumptions/redis-cloud.ts';
import type { World } from '../assumptions/register.ts';
import type { RedisCloudOptions } from './redis-cloud/options.ts';
import type { Ways } from './redis-cloud/ways.ts';

/** The switches of the local Redis Cloud in a world. */
export function redisCloudIn(world: World): Pick<RedisCloudOptions, 'ways'> {
  const ways = Object.fromEntries(redisCloud.map(({ name, local }) => [name, world[name] ?? local]));
  return { ways: ways as Ways };
}

/** How the local AWS behaves in a world. */
export function awsIn(world: World): Conduct {
  const ways = world as AwsWorld;
  return {
    events: { pace: ways['event-delay'] },
    stackSets: { pace: ways['stack-set-pace'], event: ways['stack-event'] },
    stepFunctions: { listsOfOne: ways['list-of-one'] },
    ram: { pending: ways['pending-resources'] },
    lattice: { ways: { withdrawn: ways['withdrawn-association'], fresh: ways['fresh-configuration'] } },
    ec2: {
      ways: {
        associations: ways['endpoint-associations'],
        failedAssociation: ways['failed-association'],
        networkAssociations: ways['network-associations'],
        refusedZone: ways['refused-zone'],
        hiddenTarget: ways['hidden-target'],
        hiddenNetwork: ways['hidden-network'],
        refusedToken: ways['refused-token'],
        ipv6Subnets: ways['ipv6-subnets'],
        recordTypes: ways['record-types'],
        describes: ways['described-changes'],
      },
    },
  };
}
