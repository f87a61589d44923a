import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';

// Values that more than one section has.

/** Of AWS's standard partition: Redis Cloud has no others, and Organizations reports in us-east-1 only there. */
const regions = new Set(
  RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name),
);

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

export const region = z
  .string()
  .refine((name) => regions.has(name), 'not a Region of AWS’s standard partition; write one like us-east-1')
  .meta({ description: 'An AWS Region, e.g. us-east-1.' });
