import type { Clock } from '../../clock.ts';
import { onResource, withoutResources } from '../authorization/need.ts';
import { partitionOf } from '../iam/roles.ts';
import { Ids } from '../ids.ts';
import { acceptOnly } from '../members.ts';
import { pageOf } from '../pages.ts';
import { type Action, AwsError, type AwsService, type AwsServices, type Caller } from '../service.ts';
import { type FilterLogEvents, filterEvents } from './filtering.ts';
import { Groups, type LogGroup } from './groups.ts';
import { query, type ResultField } from './insights.ts';

/** What CloudWatch Logs does with a group's key ("Encrypt log data in CloudWatch Logs using AWS KMS", step 2). */
const keyUse = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'];

interface StartQuery {
  logGroupName?: string;
  logGroupNames?: string[];
  logGroupIdentifiers?: string[];
  /** Seconds since the epoch, as is `endTime`. */
  startTime: number;
  endTime: number;
  queryString: string;
  limit?: number;
}

interface DoneQuery {
  accountId: string;
  region: string;
  results: ResultField[][];
  scanned: number;
}

interface DescribeLogGroups {
  logGroupNamePrefix?: string;
  logGroupNamePattern?: string;
  nextToken?: string;
  limit?: number;
}

/** CloudWatch Logs: the groups, whether their keys may be used, and the last lines that functions wrote. */
export class Logs implements AwsService {
  readonly signingName = 'logs';
  readonly #services: AwsServices;
  readonly #clock: Clock;
  readonly #groups = new Groups();
  readonly #ids = new Ids('logs');
  readonly #queries = new Map<string, DoneQuery>();

  constructor(options: { services: AwsServices; clock: Clock }) {
    this.#services = options.services;
    this.#clock = options.clock;
  }

  readonly actions: Record<string, Action> = {
    CreateLogGroup: (input: { logGroupName: string; kmsKeyId?: string }, caller) => {
      const arn = arnOf(input.logGroupName, caller);
      if (this.#groups.find(input.logGroupName, caller)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      if (input.kmsKeyId !== undefined) this.#checkKey(input.kmsKeyId, arn, caller);
      this.#groups.create({ ...input, ...caller, at: this.#clock.now() });
      return {};
    },
    DeleteLogGroup: ({ logGroupName }: { logGroupName: string }, caller) => {
      this.#groups.delete(this.#find(logGroupName, caller));
      return {};
    },
    AssociateKmsKey: ({ logGroupName, kmsKeyId }: { logGroupName: string; kmsKeyId: string }, caller) => {
      const group = this.#find(logGroupName, caller);
      this.#checkKey(kmsKeyId, arnOf(logGroupName, caller), caller);
      group.kmsKeyId = kmsKeyId;
      return {};
    },
    DisassociateKmsKey: ({ logGroupName }: { logGroupName: string }, caller) => {
      this.#find(logGroupName, caller).kmsKeyId = undefined;
      return {};
    },
    DescribeLogGroups: (input: DescribeLogGroups, caller) => this.#describe(input, caller),
    FilterLogEvents: (input: FilterLogEvents, caller) =>
      filterEvents(input, this.#find(input.logGroupIdentifier ?? input.logGroupName ?? '', caller)),
    StartQuery: (input: StartQuery, caller) => this.#start(input, caller),
    GetQueryResults: ({ queryId }: { queryId: string }, { accountId, region }) => {
      const found = this.#queries.get(queryId);
      if (!found || found.accountId !== accountId || found.region !== region) {
        throw new AwsError('ResourceNotFoundException', `Query ${queryId} does not exist.`);
      }
      const { results, scanned } = found;
      return {
        status: 'Complete',
        results,
        statistics: { recordsMatched: results.length, recordsScanned: scanned },
      };
    },
  };

  /** "Actions, resources, and condition keys for Amazon CloudWatch Logs". */
  readonly needs = {
    ...withoutResources('logs', 'GetQueryResults'),
    ...onResource('logs', ['DescribeLogGroups'], (_input, caller) => ({ resource: arnOf('', caller) })),
    ...onResource(
      'logs',
      ['AssociateKmsKey', 'CreateLogGroup', 'DeleteLogGroup', 'DisassociateKmsKey', 'FilterLogEvents'],
      ({ logGroupName, logGroupIdentifier }, caller) => ({
        resource: `${arnOf(nameOf(logGroupIdentifier ?? logGroupName ?? ''), caller)}:*`,
      }),
    ),
    StartQuery: (input: StartQuery, caller: Caller) => {
      const names = namesOf(input);
      return (names.length > 0 ? names : ['*']).map((name) => ({
        action: 'logs:StartQuery',
        resource: `${arnOf(name, caller)}:*`,
      }));
    },
  };

  /** A line that has been written. The oldest ones of a group are forgotten. */
  append(line: {
    accountId: string;
    region: string;
    logGroupName: string;
    logStreamName: string;
    timestamp: number;
    message: string;
  }): void {
    this.#groups.append(line);
  }

  #find(reference: string, caller: Caller): LogGroup {
    const group = this.#groups.find(nameOf(reference), caller);
    if (group) return group;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  #describe(input: DescribeLogGroups, caller: Caller) {
    acceptOnly(
      input,
      ['logGroupNamePrefix', 'logGroupNamePattern', 'nextToken', 'limit'],
      'InvalidParameterException',
    );
    const { logGroupNamePrefix = '', logGroupNamePattern = '', limit = 50, nextToken } = input;
    const asked = this.#groups
      .of(caller)
      .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
    const page = pageOf(asked, {
      listing: `groups-${logGroupNamePrefix}-${logGroupNamePattern}`,
      limit,
      most: 50,
      token: nextToken,
      invalidToken: 'InvalidParameterException',
    });
    return {
      logGroups: page.items.map(({ name, createdAt, kmsKeyId, events }) => ({
        logGroupName: name,
        creationTime: createdAt,
        metricFilterCount: 0,
        arn: `${arnOf(name, caller)}:*`,
        logGroupArn: arnOf(name, caller),
        storedBytes: events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message) + 26, 0),
        logGroupClass: 'STANDARD',
        ...(kmsKeyId !== undefined && { kmsKeyId }),
      })),
      nextToken: page.nextToken,
    };
  }

  /** A query is done at once. */
  #start(input: StartQuery, caller: Caller) {
    const known =
      'logGroupName logGroupNames logGroupIdentifiers startTime endTime queryString limit queryLanguage';
    acceptOnly(input, known.split(' '), 'InvalidParameterException');
    const { startTime, endTime, queryString, limit } = input;
    if (endTime < startTime) {
      throw new AwsError('InvalidParameterException', 'The end of the time range is before its start.');
    }
    const { prefixes, run } = query(queryString, limit);
    const names = namesOf(input);
    if ((prefixes === undefined) === (names.length === 0)) {
      const message = 'A query names its log groups, by its parameters or by SOURCE.';
      throw new AwsError('InvalidParameterException', message);
    }
    const groups = prefixes
      ? this.#groups.of(caller).filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)))
      : names.map((name) => this.#find(name, caller));
    const events = groups
      .flatMap((group) => group.events)
      .filter(({ timestamp }) => timestamp >= startTime * 1000 && timestamp <= endTime * 1000);
    const queryId = this.#ids.uuid();
    const { accountId, region } = caller;
    this.#queries.set(queryId, { accountId, region, results: run(events), scanned: events.length });
    return { queryId };
  }

  /** The service itself uses the key, if the key's policy lets it. */
  #checkKey(keyArn: string, groupArn: string, { accountId, region }: Caller): void {
    const { guard } = this.#services;
    if (!guard) return;
    const logs = { accountId, region, arn: groupArn, service: `logs.${region}.amazonaws.com` };
    const context = { 'kms:EncryptionContext:aws:logs:arn': groupArn };
    const missing = keyUse.filter(
      (action) => !guard.permits(logs, { action: `kms:${action}`, resource: keyArn, context }),
    );
    if (missing.length > 0) {
      throw new AwsError(
        'InvalidParameterException',
        `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}': its policy does not let ${logs.service} perform ${missing.map((action) => `kms:${action}`).join(', ')}.`,
      );
    }
  }
}

function arnOf(name: string, { accountId, region }: { accountId: string; region: string }): string {
  return `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${name}`;
}

/** Of a name, or of an ARN. */
function nameOf(reference: string): string {
  return reference.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '');
}

function namesOf({ logGroupName, logGroupNames = [], logGroupIdentifiers = [] }: StartQuery): string[] {
  const one = logGroupName === undefined ? [] : [logGroupName];
  return [...one, ...logGroupNames, ...logGroupIdentifiers.map(nameOf)];
}
