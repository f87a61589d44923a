import type { Clock } from '../clock.ts';
import { digest, type Ids } from './ids.ts';
import type { Caller } from './service.ts';

/** An event as EventBridge delivers it. */
export interface CloudEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** To the second, as in `2026-11-20T10:15:30Z`. */
  time: string;
  region: string;
  resources: readonly string[];
  detail: Readonly<Record<string, unknown>>;
}

/** An event to put on a bus. What is left out gets an id, the cloud's time, no resources. */
export type GivenEvent = Pick<CloudEvent, 'source' | 'detail-type' | 'account' | 'region' | 'detail'> &
  Partial<CloudEvent>;

/** Puts an event on the default bus of an account and Region. */
export type Publish = (event: CloudEvent, accountId: string, region: string) => void;

/** How long events take: some seconds, or a time between a second and five minutes, so that they come in any order. */
export type EventPace = 'seconds' | 'minutes';

const SECONDS = 5_000;
const SHORTEST = 1_000;
const LONGEST = 300_000;

/** The events that are on their way, and how long each takes. The same ones take the same time in each run. */
export class EventDelays {
  pace: EventPace = 'seconds';
  /** Events that have not come yet. */
  underWay = 0;
  #drawn = 0;

  /** Milliseconds from what happened to the event on the bus. */
  next(): number {
    if (this.pace === 'seconds') return SECONDS;
    this.#drawn += 1;
    return SHORTEST + (Number.parseInt(digest(`event ${this.#drawn}`, 8), 16) % (LONGEST - SHORTEST));
  }
}

/** Makes and publishes the events that services of AWS send, some time after what happened. */
export class EventSource {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #publish: Publish;
  readonly #delays: EventDelays;

  constructor(options: { clock: Clock; ids: Ids; publish: Publish | undefined; delays?: EventDelays }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#publish = options.publish ?? (() => {});
    this.#delays = options.delays ?? new EventDelays();
  }

  /** An API call, as CloudTrail tells it. `error` is that of a refused call. */
  apiCall(call: {
    service: string;
    name: string;
    accountId: string;
    region: string;
    caller?: Caller;
    request: unknown;
    response: unknown;
    error?: { code: string; message: string };
  }): void {
    this.#send('AWS API Call via CloudTrail', `aws.${call.service}`, call.accountId, call.region, [], {
      ...this.#trail(call),
      eventType: 'AwsApiCall',
      eventCategory: 'Management',
      managementEvent: true,
      readOnly: false,
      requestParameters: call.request,
      responseElements: call.error ? null : call.response,
      ...(call.caller && { userIdentity: userIdentity(call.caller) }),
      ...(call.error && { errorCode: `Client.${call.error.code}`, errorMessage: call.error.message }),
    });
  }

  /** Something that a service did on its own, as CloudTrail tells it. */
  serviceEvent(event: {
    service: string;
    name: string;
    accountId: string;
    region: string;
    details: Record<string, unknown>;
  }): void {
    this.#send(
      'AWS Service Event via CloudTrail',
      `aws.${event.service}`,
      event.accountId,
      event.region,
      [],
      {
        ...this.#trail(event),
        eventType: 'AwsServiceEvent',
        serviceEventDetails: event.details,
      },
    );
  }

  /** "CloudFormation Stack Status Change" ("CloudFormation event details", CloudFormation User Guide). */
  stackStatus(change: { accountId: string; region: string; stackId: string; status: string }): void {
    const { accountId, region, stackId, status } = change;
    this.#send('CloudFormation Stack Status Change', 'aws.cloudformation', accountId, region, [stackId], {
      'stack-id': stackId,
      'status-details': { status, 'status-reason': '' },
      'client-request-token': '',
    });
  }

  /** "Tag Change on Resource" of a VPC. */
  tagChange(change: {
    accountId: string;
    region: string;
    vpcId: string;
    changedKeys: string[];
    tags: Record<string, string>;
    version: number;
  }): void {
    const { accountId, region, vpcId } = change;
    const arn = `arn:aws:ec2:${region}:${accountId}:vpc/${vpcId}`;
    this.#send('Tag Change on Resource', 'aws.tag', accountId, region, [arn], {
      'changed-tag-keys': change.changedKeys,
      tags: change.tags,
      service: 'ec2',
      'resource-type': 'vpc',
      version: change.version,
      'version-timestamp': String(this.#clock.now()),
    });
  }

  #trail(event: { service: string; name: string; accountId: string; region: string }) {
    return {
      eventVersion: '1.09',
      eventTime: seconds(this.#clock.now()),
      eventSource: `${event.service}.amazonaws.com`,
      eventName: event.name,
      awsRegion: event.region,
      sourceIPAddress: 'AWS Internal',
      userAgent: 'AWS Internal',
      eventID: this.#ids.uuid(),
      recipientAccountId: event.accountId,
    };
  }

  #send(
    detailType: string,
    source: string,
    accountId: string,
    region: string,
    resources: string[],
    detail: Record<string, unknown>,
  ): void {
    this.#delays.underWay += 1;
    this.#clock.after(this.#delays.next(), () => {
      this.#delays.underWay -= 1;
      const event: CloudEvent = {
        version: '0',
        id: this.#ids.uuid(),
        'detail-type': detailType,
        source,
        account: accountId,
        time: seconds(this.#clock.now()),
        region,
        resources,
        detail,
      };
      this.#publish(event, accountId, region);
    });
  }
}

function seconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function userIdentity({ accountId, arn }: Caller) {
  return { type: arn.endsWith(':root') ? 'Root' : 'AssumedRole', accountId, arn };
}
