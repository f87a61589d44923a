import { readFileSync } from 'node:fs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { plain } from '../lambdas/shared/runtime/text.ts';
import type { Connection } from '../lambdas/shared/workflows/configuration.ts';
import { conflicts, type Problem, valueAt } from './configuration/conflicts.ts';

/** Of AWS's standard partition: Redis Cloud has no others, and Organizations reports in us-east-1 only there. */
const regions = new Set(
  RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name),
);

const accountId = z
  .string('write an AWS account id as a string of twelve digits, in quotes')
  .regex(/^\d{12}$/, 'an AWS account id has twelve digits')
  .meta({ description: 'An AWS account id, in quotes.' });

const organizationalUnitId = z
  .string()
  .regex(
    /^(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|r-[0-9a-z]{4,32})$/,
    'an organizational unit looks like ou-ab12-l3zc8b3h (or r-ab12 for the root)',
  )
  .meta({ description: 'An organizational unit, or the root, with everything below it.' });

const region = z
  .string()
  .refine((name) => regions.has(name), 'not a Region of AWS’s standard partition; write one like us-east-1')
  .meta({ description: 'An AWS Region, e.g. us-east-1.' });

const percentage = 'a whole number of percent, at most 100';

const connection = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,31}$/,
      'use at most 32 lower-case letters, digits and hyphens, beginning with a letter',
    )
    .meta({ description: 'The name by which VPCs ask for this connection, in the tag redis-privatelink.' }),
  subscriptionId: z
    .int('the number of the subscription, as the Redis Cloud console shows it')
    .positive('the number of the subscription, as the Redis Cloud console shows it')
    .max(2 ** 31 - 1, 'the number of the subscription, as the Redis Cloud console shows it')
    .meta({ description: "The Redis Cloud subscription's number." }),
  activeActiveRegionId: z
    .int("Redis Cloud's number of the region, from GET /subscriptions/{subscriptionId}/regions")
    .positive("Redis Cloud's number of the region, from GET /subscriptions/{subscriptionId}/regions")
    .max(2 ** 31 - 1)
    .optional()
    .meta({ description: "For an Active-Active subscription: Redis Cloud's own number of the region." }),
  region: region.meta({ description: 'The AWS Region of the databases.' }),
  contract: z
    .enum(['resource-share', 'endpoint-service'])
    .default('resource-share')
    .meta({ description: 'How Redis Cloud hands the subscription over.' }),
  shareName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'use at most 64 letters, digits, hyphens and underscores')
    .optional()
    .meta({
      description:
        'Name of the resource share that Redis Cloud creates. Default: redis-privatelink-<connection>.',
    }),
  accounts: z
    .strictObject({
      organizationalUnits: z.array(organizationalUnitId).optional().meta({
        description: 'Accounts below these organizational units. Default: organization.organizationalUnits.',
      }),
      accountIds: z.array(accountId).default([]).meta({ description: 'These accounts too.' }),
      excludedAccountIds: z.array(accountId).default([]).meta({ description: 'Never these accounts.' }),
    })
    .prefault({})
    .meta({ description: 'Which accounts may be connected.' }),
  vpcs: z
    .enum(['tagged', 'all'])
    .default('tagged')
    .meta({ description: 'VPCs that ask for it by tag, or every VPC of those accounts in the Region.' }),
  endpoint: z
    .strictObject({
      securityGroup: z
        .strictObject({
          name: z
            .string()
            .min(1)
            .max(255)
            .regex(/^(?!sg-)/, 'the group’s name, not its id: each VPC has a group of its own'),
        })
        .nullable()
        .default(null)
        .meta({
          description: 'A security group that each VPC has, by name. Default: one is created in each VPC.',
        }),
      subnets: z
        .strictObject({
          minimumZones: z
            .int()
            .min(1)
            .max(6)
            .default(1)
            .meta({ description: 'Wait until usable subnets in this many Availability Zones are there.' }),
          tag: z
            .strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) })
            .nullable()
            .default(null)
            .meta({ description: 'Use only subnets with this tag.' }),
          waitMinutes: z
            .int()
            .min(1)
            .max(90, 'at most 90 minutes')
            .default(60)
            .meta({ description: 'How long a new VPC may be without a usable subnet, in minutes.' }),
        })
        .prefault({}),
      privateDns: z
        .boolean()
        .default(true)
        .meta({ description: 'Whether the databases’ own names resolve to the endpoint inside the VPC.' }),
    })
    .prefault({})
    .meta({ description: 'How VPC endpoints are made.' }),
  parameters: z.boolean().default(true).meta({
    description:
      'Whether endpoint id, DNS names and ports are written to parameters in the member account, for its applications.',
  }),
  handOver: z.enum(['fail', 'script']).default('fail').meta({
    description:
      'Where a member account cannot be entered: fail, or store Redis Cloud’s endpoint script for its owner.',
  }),
  approval: z.enum(['none', 'required']).default('none').meta({
    description: 'Whether a person has to approve each account and VPC before it is connected.',
  }),
  approvalHours: z
    .int()
    .min(1)
    .max(48, 'at most 48 hours')
    .default(24)
    .meta({ description: 'How long an approval is waited for, in hours.' }),
  deletePrivateLinkWhenUnused: z
    .boolean()
    .default(false)
    .meta({ description: 'Delete the PrivateLink at Redis Cloud when its last principal has left.' }),
});

const schema = z
  .strictObject({
    redisCloud: z
      .strictObject({
        apiUrl: z
          .url({
            protocol: /^https$/,
            error: 'an https address; the public one is https://api.redislabs.com/v1',
          })
          .refine(
            (url) => !/[@?#]/.test(url),
            'an address without user, query and fragment; the keys belong into the secret',
          )
          .default('https://api.redislabs.com/v1')
          .meta({ description: "The Redis Cloud API's address." }),
        secretName: z
          .string()
          .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'use letters, digits and /_+=.@-')
          .default('redis-privatelink/redis-cloud')
          .meta({ description: 'Name of the secret that holds {"apiKey","secretKey"}.' }),
      })
      .prefault({}),
    organization: z.strictObject({
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
      connectManagementAccount: z
        .boolean()
        .default(false)
        .meta({ description: "Whether the management account's own VPCs may be connected." }),
    }),
    rollout: z
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
      .meta({ description: 'How the StackSet deploys the member stack.' }),
    connections: z
      .array(connection)
      .min(1, 'name at least one connection')
      .meta({ description: 'What is offered to the organization.' }),
    operations: z
      .strictObject({
        runbookUrl: z
          .string()
          .regex(
            /^[^\s#?'"<>]{1,512}$/,
            'the address of docs/operations.md where your operators read it, without # and ?',
          )
          .default('docs/operations.md')
          .meta({ description: 'Where the runbook is: alarms and messages link to its sections.' }),
        notify: z
          .array(z.email('an e-mail address'))
          .default([])
          .meta({ description: 'E-mail addresses that get alarms and messages, once they have confirmed.' }),
      })
      .prefault({}),
  })
  .meta({ title: 'Redis Cloud PrivateLink automation' });

/** The configuration, complete: every default is filled in. */
export interface Configuration {
  redisCloud: { apiUrl: string; secretName: string };
  organization: {
    id: string;
    managementAccountId: string;
    hubAccountId: string;
    hubRegion: string;
    controlTowerRegion: string;
    organizationalUnits: string[];
    externalId: string;
    connectManagementAccount: boolean;
  };
  rollout: { failureTolerancePercentage: number; maxConcurrentPercentage: number };
  connections: Connection[];
  operations: { runbookUrl: string; notify: string[] };
}

/** More problems than these, or longer ones, help nobody. */
const MOST_PROBLEMS = 50;
const LONGEST_PROBLEM = 400;
/** Of all connections, as JSON. */
const MOST_BYTES = 200 * 1024;
/** Of a value that a problem is about. */
const LONGEST_ECHO = 100;

/** The configuration is not valid. The message lists the problems, a line each: where, what, and what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  /** @param total how many problems there are, if not all are given */
  constructor(source: string, some: readonly string[], total = some.length) {
    const count = total === 1 ? 'a problem' : `${total} problems`;
    const problems = some.slice(0, MOST_PROBLEMS).map((problem) => plain(problem, LONGEST_PROBLEM));
    if (total > problems.length) problems.push(`${total - problems.length} more.`);
    super(`${source} has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** The JSON Schema of the configuration file, for editors. */
export function configurationJsonSchema(): object {
  return z.toJSONSchema(schema, { io: 'input' });
}

/**
 * Reads the configuration file.
 * @throws ConfigurationError listing all problems at once.
 */
export function loadConfiguration(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(path, [
      `cannot be read (${(error as NodeJS.ErrnoException).code}). Copy config/privatelink.yaml, and name your copy with -c config=FILE (cdk) or --config FILE (npm start).`,
    ]);
  }
  return parseConfiguration(text, path);
}

/**
 * Parses the text of a configuration file; `source` names it in errors.
 * @throws ConfigurationError listing all problems at once.
 */
export function parseConfiguration(text: string, source: string): Configuration {
  const lines = new LineCounter();
  const document = documentOf(text, lines, source);
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      source,
      document.errors.map(({ message }) => message.split('\n')[0]!),
    );
  }
  const data = contentOf(document, source);
  const parsed = schema.safeParse(data);
  const problems = [
    ...(parsed.error?.issues.flatMap(describe) ?? []),
    ...conflicts(data),
    ...sizeProblems(parsed.data),
  ];
  if (problems.length > 0) {
    throw new ConfigurationError(
      source,
      problems.slice(0, MOST_PROBLEMS).map(({ path, text }) => {
        const value = valueAt(data, path);
        const isShown = value !== undefined && typeof value !== 'object';
        const shown = isShown ? ` ${plain(JSON.stringify(value), LONGEST_ECHO)}:` : '';
        return `${pathText(path)} (line ${lineOf(document, lines, path)}):${shown} ${text}.`;
      }),
      problems.length,
    );
  }
  return complete(parsed.data!);
}

/** @throws ConfigurationError where so much is in one another that it cannot be read. */
function documentOf(text: string, lineCounter: LineCounter, source: string): Document {
  try {
    return parseDocument(text, { lineCounter });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigurationError(source, ['has too many lists and settings in one another.']);
  }
}

/** @throws ConfigurationError where an alias points nowhere, or aliases make too much of a small file. */
function contentOf(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigurationError(source, [(error as Error).message]);
  }
}

/** Of the setting, or of the one around it where it is missing. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  if (node?.range) return lines.linePos(node.range[0]).line;
  return path.length > 0 ? lineOf(document, lines, path.slice(0, -1)) : 1;
}

/** `reconcile` carries all connections through its states, of which each takes 256 KiB. */
function sizeProblems(data: z.infer<typeof schema> | undefined): Problem[] {
  const bytes = data ? Buffer.byteLength(JSON.stringify(complete(data).connections)) : 0;
  if (bytes <= MOST_BYTES) return [];
  const text = `${data?.connections.length} connections take ${Math.ceil(bytes / 1024)} KiB, and a workflow carries ${MOST_BYTES / 1024}; offer some of them to organizational units instead of lists of accounts, or deploy a second system for some`;
  return [{ path: ['connections'], text }];
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: 'there is no such setting; remove it or correct its name (docs/configuration.md lists them all)',
    }));
  }
  return [{ path: issue.path, text: issue.message.replace(/^Invalid input: /, '') }];
}

function complete(data: z.infer<typeof schema>): Configuration {
  const { organization } = data;
  return {
    operations: data.operations,
    redisCloud: { ...data.redisCloud, apiUrl: data.redisCloud.apiUrl.replace(/\/+$/, '') },
    organization: {
      ...organization,
      controlTowerRegion: organization.controlTowerRegion ?? organization.hubRegion,
    },
    rollout: data.rollout,
    connections: data.connections.map((connection) => ({
      ...connection,
      shareName: connection.shareName ?? `redis-privatelink-${connection.name}`,
      accounts: {
        ...connection.accounts,
        organizationalUnits: connection.accounts.organizationalUnits ?? organization.organizationalUnits,
      },
    })),
  };
}

function pathText(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (text, key) =>
        typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
      '',
    ) || 'the file'
  );
}

// `npm run schema`
if (import.meta.main) console.log(JSON.stringify(configurationJsonSchema(), null, 2));
