import type { RequestListener } from 'node:http';
import type { Denial } from './aws/authorization/denial.ts';
import type { Place } from './aws/caller.ts';
import type { OrganizationSettings } from './aws/organization.ts';
import type { ProviderSide } from './aws/provider.ts';
import type { Clock } from './clock.ts';
import type { Conduct } from './conduct.ts';

/** What a cloud starts with. */
export interface LocalCloudOptions {
  clock: Clock;
  /** The folder of a synthesized cloud assembly, such as `cdk.out`. Without one nothing is deployed. */
  assembly?: string;
  /** Where stacks go that leave it open. Without it they are not deployed. */
  defaultPlace?: Place;
  /** Default: a management account alone. Accounts into which the assembly is deployed join it. */
  organization?: OrganizationSettings;
  /** What an account outside the organization shares. Default: nothing yet. */
  provider?: ProviderSide;
  /** Of the endpoint for SDKs and the AWS CLI, on 127.0.0.1. Default: any free one. */
  port?: number | undefined;
  /**
   * The session token that requests from outside carry whose access key is an account's id. Default: they need none, and
   * any other is taken.
   */
  rootToken?: string | undefined;
  /**
   * Answers requests that carry no signature of AWS, such as a browser's. Without it they get a 403. Time passes
   * meanwhile.
   */
  visitors?: RequestListener | undefined;
  /** Schedules fire by the clock. Without it they do nothing by themselves, so that virtual time can come to rest. */
  fireSchedules?: boolean;
  /** How services behave where AWS does not say. */
  conduct?: Conduct | undefined;
  /** Is called for every call that is refused although the deployed policies should allow it. */
  refused?: (denial: Denial) => void;
}
