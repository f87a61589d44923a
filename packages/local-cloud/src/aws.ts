import { Access } from './aws/authorization/access.ts';
import { CloudFormation } from './aws/cloudformation.ts';
import { CloudTrail } from './aws/cloudtrail.ts';
import { CloudWatch } from './aws/cloudwatch/cloudwatch.ts';
import { connectSources } from './aws/cloudwatch/sources.ts';
import { Credentials } from './aws/credentials.ts';
import { DynamoDb } from './aws/dynamodb.ts';
import { Ec2 } from './aws/ec2/ec2.ts';
import { EventBridge } from './aws/eventbridge.ts';
import { type CloudEvent, EventDelays, EventSource } from './aws/events.ts';
import { Iam } from './aws/iam/roles.ts';
import { Ids } from './aws/ids.ts';
import { Kms } from './aws/kms.ts';
import { Logs } from './aws/logs/logs.ts';
import { Organization, type OrganizationSettings } from './aws/organization.ts';
import { Organizations } from './aws/organizations.ts';
import type { ProviderSide } from './aws/provider.ts';
import { Ram } from './aws/ram.ts';
import { RequestQuotas } from './aws/request-quotas.ts';
import { Scheduler } from './aws/scheduler.ts';
import { SecretsManager } from './aws/secrets-manager.ts';
import { AwsServices } from './aws/service.ts';
import { Sns } from './aws/sns.ts';
import { Sqs } from './aws/sqs.ts';
import { Ssm } from './aws/ssm.ts';
import { Sts } from './aws/sts.ts';
import { ServiceNetworks } from './aws/vpc-lattice/service-networks.ts';
import { VpcLattice } from './aws/vpc-lattice/vpc-lattice.ts';
import type { Clock } from './clock.ts';
import type { Assets } from './cloudformation/assets.ts';
import { StackSets } from './cloudformation/stack-sets.ts';
import { Stacks } from './cloudformation/stacks.ts';
import type { Behaviour, Conduct } from './conduct.ts';
import { EndingClock } from './ending-clock.ts';
import { Lambda } from './lambda/lambda.ts';
import { StepFunctions } from './states/step-functions.ts';

/** Takes the place of a delivery by AWS itself: `deliver` puts the event on the bus. */
export type EventInterception = (event: CloudEvent, deliver: () => void) => void;

export interface AwsOptions {
  clock: Clock;
  organization: OrganizationSettings;
  provider: ProviderSide;
  assets: Assets;
  fireSchedules: boolean;
  conduct: Conduct;
  /** Where functions and queues find AWS. */
  url: () => string;
  rootToken?: string | undefined;
}

/** All services of AWS in one organization, made and connected with each other. */
export class Aws {
  readonly services = new AwsServices();
  readonly credentials: Credentials;
  readonly organization: Organization;
  readonly access: Access;
  readonly ec2: Ec2;
  readonly eventBridge: EventBridge;
  readonly scheduler: Scheduler;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly cloudWatch: CloudWatch;
  readonly sns: Sns;
  readonly stacks: Stacks;
  readonly stackSets: StackSets;
  readonly #clock: EndingClock;
  readonly #dynamodb: DynamoDb;
  readonly #cloudTrail: CloudTrail;
  readonly #interceptions: EventInterception[] = [];
  readonly #delays = new EventDelays();
  readonly #conduct: Conduct;
  readonly #networks: ServiceNetworks;

  constructor({
    organization,
    provider,
    assets,
    fireSchedules,
    conduct,
    url,
    rootToken,
    ...options
  }: AwsOptions) {
    const clock = new EndingClock(options.clock);
    this.#clock = clock;
    const { services } = this;
    const publish = (event: CloudEvent, accountId: string, region: string) => {
      const isOfTrail = event['detail-type'].endsWith('via CloudTrail');
      if (!isOfTrail || this.#cloudTrail.records(accountId)) this.deliver(event, accountId, region);
    };
    const iam = new Iam({ clock });
    const kms = new Kms({ clock });
    this.credentials = new Credentials({ clock, rootToken });
    this.organization = new Organization({ ...organization, clock, publish, delays: this.#delays });
    this.#cloudTrail = new CloudTrail({
      managementAccountId: this.organization.managementAccountId,
      isMember: (accountId) => this.organization.organizationOf(accountId) !== undefined,
    });
    this.stacks = new Stacks({ clock, services, assets });
    this.stackSets = new StackSets({
      clock,
      organization: this.organization,
      stacks: this.stacks,
      events: new EventSource({ clock, ids: new Ids('stack events'), publish, delays: this.#delays }),
    });
    const keyPolicy = (keyArn: string) => kms.policyOf(keyArn);
    this.access = new Access({ clock, iam, membership: this.organization, keyPolicy });
    services.guard = this.access;
    services.quotas = new RequestQuotas(clock);
    this.eventBridge = new EventBridge({ clock, services, access: this.access, fireSchedules });
    this.scheduler = new Scheduler({ clock, services, access: this.access, fireSchedules });
    const networks = new ServiceNetworks({ clock, provider, organization: this.organization });
    this.#networks = networks;
    this.ec2 = new Ec2({ clock, provider, networks, publish, delays: this.#delays, ...conduct.ec2 });
    this.lambda = new Lambda({
      clock,
      services,
      endpointUrl: url,
      credentials: (roleArn, sessionName) => this.credentials.session(roleArn, sessionName),
    });
    this.stepFunctions = new StepFunctions({ clock, services, publish, ...conduct.stepFunctions });
    this.#dynamodb = new DynamoDb({ clock });
    this.sns = new Sns({ clock, services });
    const sqs = new Sqs({ clock, endpoint: url });
    this.cloudWatch = new CloudWatch({ clock, services });
    const logs = new Logs({ services, clock });
    const { lambda, stepFunctions, eventBridge } = this;
    connectSources(this.cloudWatch, { lambda, stepFunctions, eventBridge, sqs, logs });
    for (const service of [
      iam,
      kms,
      sqs,
      this.ec2,
      this.eventBridge,
      this.scheduler,
      this.lambda,
      this.stepFunctions,
      this.cloudWatch,
      this.sns,
      this.#dynamodb,
      this.#cloudTrail,
      new CloudFormation({ stacks: this.stacks, stackSets: this.stackSets }),
      new Organizations({ organization: this.organization }),
      new Ram({
        provider,
        networks,
        subnets: this.ec2,
        organization: this.organization,
        pending: conduct.ram?.pending,
      }),
      new VpcLattice({ networks, provider }),
      new SecretsManager({ clock }),
      new Ssm({ clock }),
      logs,
      new Sts({ credentials: this.credentials, iam, access: this.access }),
    ]) {
      services.register(service);
    }
    this.#conduct = conduct;
    this.behave({});
  }

  /** From now on services behave so; what is left out is as it is at the beginning. */
  behave({ ec2, lattice, events, stackSets }: Behaviour): void {
    this.ec2.behave(ec2?.ways ?? {});
    this.#networks.behave({ ...this.#conduct.lattice?.ways, ...lattice?.ways });
    this.#delays.pace = events?.pace ?? this.#conduct.events?.pace ?? 'seconds';
    this.stackSets.pace = stackSets?.pace ?? this.#conduct.stackSets?.pace ?? 'minutes';
    this.stackSets.event = stackSets?.event ?? this.#conduct.stackSets?.event ?? 'heard';
  }

  /** Events of AWS that have not come yet. */
  get eventsUnderWay(): number {
    return this.#delays.underWay;
  }

  /** Puts an event on a bus, as AWS itself does. */
  deliver(event: CloudEvent, accountId: string, region: string, busName?: string): void {
    this.#interceptions.reduce<() => void>(
      (carryOn, interception) => () => interception(event, carryOn),
      () => this.eventBridge.publish(event, accountId, region, busName),
    )();
  }

  /** Has `interception` take the place of every {@link deliver}; the latest one is asked first. */
  interceptEvents(interception: EventInterception): () => void {
    this.#interceptions.push(interception);
    return () => {
      this.#interceptions.splice(this.#interceptions.indexOf(interception), 1);
    };
  }

  async close(): Promise<void> {
    this.#clock.end();
    await this.lambda.close();
    await this.#dynamodb.close();
  }
}
