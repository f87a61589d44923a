import type { Configuration } from '../../../lib/configuration.ts';
import { Access } from './aws/authorization/access.ts';
import { type Denial, isUnexpected } from './aws/authorization/denial.ts';
import { CloudFormation } from './aws/cloudformation.ts';
import { CloudTrail } from './aws/cloudtrail.ts';
import { CloudWatch } from './aws/cloudwatch/cloudwatch.ts';
import { connectSources } from './aws/cloudwatch/sources.ts';
import { Credentials } from './aws/credentials.ts';
import { DynamoDb } from './aws/dynamodb.ts';
import { Ec2 } from './aws/ec2/ec2.ts';
import { EventBridge } from './aws/eventbridge.ts';
import type { Publish } from './aws/events.ts';
import { Iam } from './aws/iam/roles.ts';
import { Kms } from './aws/kms.ts';
import { Logs } from './aws/logs.ts';
import { Organization } from './aws/organization.ts';
import { Organizations } from './aws/organizations.ts';
import type { ProviderSide } from './aws/provider.ts';
import { Ram } from './aws/ram.ts';
import { Scheduler } from './aws/scheduler.ts';
import { SecretsManager } from './aws/secrets-manager.ts';
import { AwsServices, type Caller } from './aws/service.ts';
import { Sns } from './aws/sns.ts';
import { Sqs } from './aws/sqs.ts';
import { Ssm } from './aws/ssm.ts';
import { Sts } from './aws/sts.ts';
import { type Front, startFront } from './aws/wire/front.ts';
import type { Activity, Clock } from './clock.ts';
import { assemblyStacks } from './cloudformation/assembly.ts';
import { Assets } from './cloudformation/assets.ts';
import { StackSets } from './cloudformation/stack-sets.ts';
import { type DeployedStack, Stacks } from './cloudformation/stacks.ts';
import { Lambda } from './lambda/lambda.ts';
import { StepFunctions } from './states/step-functions.ts';

export interface LocalCloudOptions {
  /** As synthesized, with the Redis Cloud address that the functions are to call. */
  configuration: Configuration;
  /** The folder of the synthesized cloud assembly. */
  assembly: string;
  clock: Clock;
  /** What Redis Cloud has on AWS. */
  provider: ProviderSide;
  /** Put into the secret, as an operator does after the first deployment. */
  keys: { apiKey: string; secretKey: string };
  port?: number | undefined;
  /** Schedules fire by the clock. Without it they do nothing by themselves, so that virtual time can come to rest. */
  fireSchedules?: boolean;
  /** Is told of every call that is refused although the deployment should allow it. */
  refused?: (denial: Denial) => void;
}

/**
 * One organization on AWS, on this machine: the synthesized stacks in their accounts, and what they need of AWS.
 * It knows nothing of the workflows: all of that comes from the templates.
 */
export class LocalCloud {
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly provider: ProviderSide;
  readonly services = new AwsServices();
  readonly organization: Organization;
  readonly ec2: Ec2;
  readonly access: Access;
  readonly eventBridge: EventBridge;
  readonly scheduler: Scheduler;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly cloudWatch: CloudWatch;
  readonly sns: Sns;
  readonly front: Front;

  readonly #dynamodb: DynamoDb;
  readonly #stacks: Stacks;
  readonly #stackSets: StackSets;

  /** Brings the cloud up: every stack of the assembly that says where it goes is deployed. */
  static async start(options: LocalCloudOptions): Promise<LocalCloud> {
    const services = new AwsServices();
    const credentials = new Credentials({ clock: options.clock });
    const { clock, port } = options;
    const front = await startFront({ services, credentials, clock, ...(port === undefined ? {} : { port }) });
    const cloud = new LocalCloud(options, services, credentials, front);
    await cloud.#deploy(options);
    // What the deployment took is not part of what is told.
    services.calls.clear();
    return cloud;
  }

  private constructor(
    { configuration, assembly, clock, provider, refused, fireSchedules = false }: LocalCloudOptions,
    services: AwsServices,
    credentials: Credentials,
    front: Front,
  ) {
    const { organization } = configuration;
    this.clock = clock;
    this.configuration = configuration;
    this.provider = provider;
    this.services = services;
    this.front = front;
    this.#stacks = new Stacks({ clock, services, assets: new Assets(assembly) });

    const publish: Publish = (event, accountId, region) => {
      const isOfTrail = event['detail-type'].endsWith('via CloudTrail');
      if (!isOfTrail || cloudTrail.records(accountId)) this.eventBridge.publish(event, accountId, region);
    };
    const iam = new Iam({ clock });
    this.organization = new Organization({
      clock,
      id: organization.id,
      managementAccountId: organization.managementAccountId,
      hubAccountId: organization.hubAccountId,
      homeRegion: organization.controlTowerRegion,
      publish,
    });
    const cloudTrail = new CloudTrail({
      managementAccountId: organization.managementAccountId,
      isMember: (accountId) => this.organization.organizationOf(accountId) !== undefined,
    });
    for (const unit of new Set(organization.organizationalUnits)) {
      if (!this.organization.hasParent(unit))
        this.organization.addOrganizationalUnit('Workloads', undefined, unit);
    }
    this.#stackSets = new StackSets({ clock, organization: this.organization, stacks: this.#stacks });
    const kms = new Kms();
    this.access = new Access({
      clock,
      iam,
      membership: this.organization,
      keyPolicy: (keyArn) => kms.policyOf(keyArn),
    });
    services.guard = this.access;
    this.access.record.observe((denial) => {
      if (isUnexpected(denial, this.organization)) refused?.(denial);
    });
    this.eventBridge = new EventBridge({ clock, services, access: this.access, fireSchedules });
    this.scheduler = new Scheduler({ clock, services, access: this.access, fireSchedules });
    this.ec2 = new Ec2({ clock, provider, publish });
    this.lambda = new Lambda({
      clock,
      services,
      endpointUrl: () => front.url,
      credentials: (roleArn, sessionName) => credentials.session(roleArn, sessionName),
    });
    this.stepFunctions = new StepFunctions({ clock, services, publish });
    this.#dynamodb = new DynamoDb({ clock });
    this.sns = new Sns({ clock, services });
    const sqs = new Sqs({ clock, endpoint: () => front.url });
    this.cloudWatch = new CloudWatch({ clock, services });
    const { lambda, stepFunctions, eventBridge } = this;
    connectSources(this.cloudWatch, { lambda, stepFunctions, eventBridge, sqs });
    for (const service of [
      iam,
      this.ec2,
      this.eventBridge,
      this.lambda,
      this.stepFunctions,
      this.#dynamodb,
      new CloudFormation({ stacks: this.#stacks, stackSets: this.#stackSets }),
      cloudTrail,
      new Organizations({ organization: this.organization }),
      new Ram({ provider }),
      new SecretsManager({ clock }),
      this.sns,
      sqs,
      this.cloudWatch,
      new Ssm({ clock }),
      this.scheduler,
      kms,
      new Logs({ services }),
      new Sts({ credentials, iam, access: this.access }),
    ]) {
      this.services.register(service);
    }
  }

  async #deploy({ configuration, assembly, keys }: LocalCloudOptions): Promise<void> {
    for (const { name, template, ...place } of assemblyStacks(assembly)) {
      await this.#bootstrap(place);
      await this.#stacks.create(name, JSON.stringify(template), place);
    }
    const { organization, redisCloud } = configuration;
    await this.services.call(
      'secretsmanager',
      'PutSecretValue',
      { SecretId: redisCloud.secretName, SecretString: JSON.stringify(keys) },
      this.root({ accountId: organization.hubAccountId, region: organization.hubRegion }),
    );
  }

  /** What `cdk bootstrap` leaves for later deployments to look at. Assets are read where they are. */
  async #bootstrap(place: { accountId: string; region: string }): Promise<void> {
    const Name = '/cdk-bootstrap/hnb659fds/version';
    const input = { Name, Value: '30', Type: 'String', Overwrite: true };
    await this.services.call('ssm', 'PutParameter', input, this.root(place));
  }

  /** The account's root user, who may do everything there. */
  root({ accountId, region }: { accountId: string; region: string }): Caller {
    return { accountId, region, arn: `arn:aws:iam::${accountId}:root` };
  }

  /**
   * An account joins. Its stacks follow some minutes later. With `silent` it has always been there, and so have they.
   */
  async addAccount(accountId: string, parentId: string, options: { silent: boolean }): Promise<void> {
    this.organization.addAccount(accountId, { parentId, ...options });
    if (options.silent) await this.#stackSets.catchUp();
  }

  /** An account has been in another unit all along, and its stacks are as they are then. */
  async placeAccount(accountId: string, parentId: string): Promise<void> {
    this.organization.moveAccount(accountId, parentId, { silent: true });
    await this.#stackSets.catchUp();
  }

  /** What is deployed, in all accounts. */
  stacks(): DeployedStack[] {
    return this.#stacks.all();
  }

  /**
   * Calls that were refused although the deployment should allow them. What an account was refused that is not of the
   * organization, and a role that is not there, are no fault of the policies.
   */
  unexpectedDenials(): Denial[] {
    return this.access.record.denials.filter((denial) => isUnexpected(denial, this.organization));
  }

  /** Starts a workflow by hand, as in the console. */
  async start(workflow: string, input: unknown): Promise<string> {
    const { hubAccountId: accountId, hubRegion: region } = this.configuration.organization;
    const stateMachineArn = `arn:aws:states:${region}:${accountId}:stateMachine:redis-privatelink-${workflow}`;
    const { executionArn } = (await this.services.call(
      'states',
      'StartExecution',
      { stateMachineArn, input: JSON.stringify(input) },
      this.root({ accountId, region }),
    )) as { executionArn: string };
    return executionArn;
  }

  /** Lets time pass until nothing runs and no event is under way. */
  async settled(activity: Activity): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await activity.sleep(10_000);
      const running = [...this.stepFunctions.executions()].some(({ status }) => status === 'RUNNING');
      quiet = running ? 0 : quiet + 1;
    }
  }

  async close(): Promise<void> {
    await this.lambda.close();
    await this.front.close();
    await this.#dynamodb.close();
  }
}
