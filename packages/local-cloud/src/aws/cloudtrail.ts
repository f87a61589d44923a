import { onResource, withoutResources } from './authorization/need.ts';
import { type Action, AwsError, type AwsService, type Caller } from './service.ts';

/** A trail of the organization, in all Regions. It records management events, those that read and those that write. */
interface Trail {
  readonly name: string;
  readonly arn: string;
  readonly homeRegion: string;
  isLogging: boolean;
}

/**
 * CloudTrail, of which the local cloud has one trail: the organization's, made by the management account, seen by
 * every account. Only while it logs does EventBridge hear of API calls (CloudTrail User Guide, "Creating a trail for
 * an organization"; EventBridge User Guide, "AWS service events delivered via AWS CloudTrail").
 */
export class CloudTrail implements AwsService {
  readonly signingName = 'cloudtrail';
  readonly #managementAccountId: string;
  readonly #isMember: (accountId: string) => boolean;
  #trail: Trail | undefined;

  constructor(options: { managementAccountId: string; isMember: (accountId: string) => boolean }) {
    this.#managementAccountId = options.managementAccountId;
    this.#isMember = options.isMember;
    this.#trail = {
      name: 'organization',
      arn: `arn:aws:cloudtrail:us-east-1:${options.managementAccountId}:trail/organization`,
      homeRegion: 'us-east-1',
      isLogging: true,
    };
  }

  /** Whether EventBridge hears of an account's API calls. */
  records(accountId: string): boolean {
    return this.#isMember(accountId) && (this.#trail?.isLogging ?? false);
  }

  readonly actions: Record<string, Action> = {
    DescribeTrails: (_input, caller) => {
      const trail = this.#trail;
      if (!trail || !this.#isMember(caller.accountId)) return { trailList: [] };
      return {
        trailList: [
          {
            Name: trail.name,
            TrailARN: trail.arn,
            HomeRegion: trail.homeRegion,
            IsMultiRegionTrail: true,
            IsOrganizationTrail: true,
            IncludeGlobalServiceEvents: true,
          },
        ],
      };
    },
    GetTrailStatus: ({ Name }, caller) => ({ IsLogging: this.#find(Name, caller).isLogging }),
    GetEventSelectors: ({ TrailName }, caller) => ({
      TrailARN: this.#find(TrailName, caller).arn,
      EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }],
    }),
    StartLogging: ({ Name }, caller) => this.#change(caller, () => this.#setLogging(Name, true, caller)),
    StopLogging: ({ Name }, caller) => this.#change(caller, () => this.#setLogging(Name, false, caller)),
    DeleteTrail: ({ Name }, caller) =>
      this.#change(caller, () => {
        this.#find(Name, caller);
        this.#trail = undefined;
      }),
  };

  /** "Actions, resources, and condition keys for AWS CloudTrail". */
  readonly needs = {
    ...withoutResources('cloudtrail', 'DescribeTrails'),
    ...onResource(
      'cloudtrail',
      ['GetTrailStatus', 'StartLogging', 'StopLogging', 'DeleteTrail'],
      ({ Name }) => ({
        resource: Name,
      }),
    ),
    ...onResource('cloudtrail', ['GetEventSelectors'], ({ TrailName }) => ({ resource: TrailName })),
  };

  #setLogging(name: string, logging: boolean, caller: Caller): void {
    this.#find(name, caller).isLogging = logging;
  }

  #find(name: string, caller: Caller): Trail {
    const trail = this.#trail;
    const names = caller.accountId === this.#managementAccountId ? [trail?.arn, trail?.name] : [trail?.arn];
    if (!trail || !names.includes(name) || !this.#isMember(caller.accountId)) {
      throw new AwsError('TrailNotFoundException', `Unknown trail: ${name}`);
    }
    return trail;
  }

  #change(caller: Caller, change: () => void): object {
    if (caller.accountId !== this.#managementAccountId) {
      throw new AwsError(
        'NotOrganizationMasterAccountException',
        'The trail belongs to the management account.',
      );
    }
    change();
    return {};
  }
}
