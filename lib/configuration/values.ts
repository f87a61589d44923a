import { isIPv6 } from 'node:net';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';

// Values that more than one section has.

/** Made when somebody asks: the CDK takes a fifth of a second to list them. */
let regions: ReadonlySet<string> | undefined;

/** Of AWS's standard partition: Redis Cloud has no others, and Organizations reports in us-east-1 only there. */
function isRegion(name: string): boolean {
  regions ??= new Set(
    RegionInfo.regions.filter(({ partition }) => partition === 'aws').map((region) => region.name),
  );
  return regions.has(name);
}

export const accountId = z
  .string('write an AWS account id as a string of twelve digits, in quotes')
  .regex(/^\d{12}$/, 'an AWS account id has twelve digits')
  .meta({ description: 'An AWS account id, in quotes.' });

export const organizationalUnitId = z
  .string()
  .regex(
    /^(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$/,
    'an organizational unit looks like ou-ab12-l3zc8b3h (or r-ab12 for the root)',
  )
  .meta({ description: 'An organizational unit, or the root, with everything below it.' });

/** Where connections come from: what a rule of a security group takes, addresses or a prefix list. */
export const source = z
  .string()
  .regex(
    /^(pl-([0-9a-f]{8}|[0-9a-f]{17})|(\d{1,3}\.){3}\d{1,3}\/\d{1,2}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\/\d{1,3})$/,
    {
      error:
        'write addresses like 10.0.0.0/8 or 2001:db8::/32, or the id of a prefix list like pl-0123456789abcdef0',
      abort: true,
    },
  )
  .refine(
    (text) => text.startsWith('pl-') || text.includes(':') || isWholeBlock(text),
    'not a block of addresses that begins where it says and has at most 255 in each part; 10.1.0.0/16 is one, 10.1.2.3/16 is not',
  )
  .refine(
    (text) => !text.includes(':') || isWholeIpv6Block(text),
    'not a block of IPv6 addresses that begins where it says, as AWS writes it; 2001:db8::/32 is one, 2001:DB8:0:0::/32 and 2001:db8::1/32 are not',
  )
  .refine(
    (text) => !text.endsWith('/0'),
    'this would be everybody; name the networks from which applications connect',
  );

export const serviceNetworkArn = z
  .string()
  .regex(/^arn:aws:vpc-lattice:[a-z0-9-]+:\d{12}:servicenetwork\/sn-[0-9a-z]{17}$/, {
    error: ({ input }) =>
      `${otherThanNetwork(String(input))}the ARN of a service network looks like arn:aws:vpc-lattice:us-east-1:222233334444:servicenetwork/sn-0123456789abcdef0`,
  });

/** What stands there in place of a service network, as far as it can be told. */
function otherThanNetwork(text: string): string {
  const [, partition, service, type] = /^arn:([\w-]+):([\w-]+):[\w-]*:\d*:([\w-]+)/.exec(text) ?? [];
  if (partition !== undefined && partition !== 'aws') return `this is of the partition ${partition}; `;
  if (type !== undefined && type !== 'servicenetwork') return `this is the ARN of a ${type} of ${service}; `;
  return text.startsWith('com.amazonaws.') ? 'this is the name of an endpoint service; ' : '';
}

/** AWS would change the address to the first of its block, and nobody would find the rule again. */
function isWholeBlock(text: string): boolean {
  const [address = '', length] = text.split('/');
  const parts = address.split('.').map(Number);
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  return (
    parts.every((part) => part <= 255) && Number(length) <= 32 && number % 2 ** (32 - Number(length)) === 0
  );
}

/** In the one form of RFC 5952, in which AWS shows it: otherwise nobody would find the rule again. */
function isWholeIpv6Block(text: string): boolean {
  const [address = '', length] = text.split('/');
  const bits = Number(length);
  if (!isIPv6(address) || bits > 128 || new URL(`http://[${address}]`).hostname !== `[${address}]`)
    return false;
  const [before = '', after] = address.split('::');
  const [first, last] = [before, after ?? ''].map((half) => half.split(':').filter(Boolean)) as [
    string[],
    string[],
  ];
  const zeros = Array<string>(after === undefined ? 0 : 8 - first.length - last.length).fill('0');
  const digits = [...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('');
  return BigInt(`0x${digits}`) % 2n ** BigInt(128 - bits) === 0n;
}

export const region = z
  .string()
  .refine(isRegion, 'not a Region of AWS’s standard partition; write one like us-east-1')
  .meta({ description: 'An AWS Region, e.g. us-east-1.' });
