import { z } from 'zod';
import { accountId, organizationalUnitId, region } from './values.ts';

/** The AWS organization, and the accounts and Regions that the stacks are deployed to. */
export const organization = z.strictObject({
  id: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'an organization id looks like o-a1b2c3d4e5')
    .meta({ description: 'The AWS organization.' }),
  managementAccountId: accountId.meta({ description: 'The management account of the organization.' }),
  hubAccountId: accountId.meta({ description: 'The account that runs the workflows.' }),
  hubRegion: region.meta({ description: 'The Region that runs the workflows.' }),
  controlTowerRegion: region
    .optional()
    .meta({ description: "Control Tower's home Region. Default: the hub's Region." }),
  organizationalUnits: z
    .array(organizationalUnitId)
    .min(1, 'name at least one organizational unit')
    .meta({ description: 'The organizational units to deploy the member stack to.' }),
  externalId: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]{15,63}$/,
      'generate one, for example with: uuidgen (16 to 64 letters, digits and hyphens)',
    )
    .meta({ description: "Guards the member accounts' role against a confused deputy. Generate it." }),
  delegationPolicy: z.boolean().default(false).meta({
    description:
      'Whether the organization stack makes the delegation policy by which the hub may ask Organizations. An organization has one such policy: only where it has none yet.',
  }),
  connectManagementAccount: z
    .boolean()
    .default(false)
    .meta({ description: "Whether the management account's own VPCs may be connected." }),
});

const percentage = 'a whole number of percent, at most 100';

/** How the member stack reaches the accounts of the organization. */
export const rollout = z
  .strictObject({
    failureTolerancePercentage: z
      .int()
      .min(0, percentage)
      .max(100, percentage)
      .default(10)
      .meta({ description: 'In how many accounts of a Region the member stack may fail, in percent.' }),
    maxConcurrentPercentage: z.int().min(1, percentage).max(100, percentage).default(25).meta({
      description: 'In how many accounts the member stack is deployed at one time, in percent.',
    }),
  })
  .prefault({})
  .meta({ description: 'How the StackSet deploys the member stack.' });
