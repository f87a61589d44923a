import { Accounts } from './accounts.ts';
import { type Denial, isUnexpected } from './aws/authorization/denial.ts';
import type { Source, Use } from './aws/authorization/record.ts';
import type { Caller, Place } from './aws/caller.ts';
import type { AlarmChange } from './aws/cloudwatch/cloudwatch.ts';
import type { NetworkView } from './aws/ec2/view.ts';
import type { DeliveryReport } from './aws/eventbridge.ts';
import type { GivenEvent } from './aws/events.ts';
import { Ids } from './aws/ids.ts';
import { ProviderSide } from './aws/provider.ts';
import type { Intervention } from './aws/service.ts';
import type { PublishedMessage } from './aws/sns.ts';
import { type Front, startFront } from './aws/wire/front.ts';
import { Aws, type EventInterception } from './aws.ts';
import { Activity, type Clock } from './clock.ts';
import type { LocalCloudOptions } from './cloud-options.ts';
import { Assemblies } from './cloudformation/assemblies.ts';
import { Assets } from './cloudformation/assets.ts';
import { rootOf } from './cloudformation/scope.ts';
import type { DeployedStack } from './cloudformation/stacks.ts';
import type { Change } from './cloudformation/update.ts';
import type { Behaviour } from './conduct.ts';
import type { Fault, LogLine } from './lambda/lambda.ts';
import { type DeployedResource, findResource } from './resources.ts';
import { settled } from './settled.ts';
import type { ExecutionEvent, ExecutionRecord } from './states/step-functions.ts';

/**
 * One organization on AWS, on this machine: the synthesized stacks in their accounts, and what they need of AWS.
 * All of its behaviour comes from the templates.
 */
export class LocalCloud {
  readonly clock: Clock;
  /** What an account outside the organization shares with it. */
  readonly provider: ProviderSide;
  readonly accounts: Accounts;
  /** What requests from outside carry as their session token whose access key is an account's id. Undefined: anything. */
  readonly rootToken: string | undefined;
  readonly #aws: Aws;
  readonly #assemblies: Assemblies;
  readonly #ids = new Ids('local cloud');
  #front: Front | undefined;

  /**
   * Brings a cloud up: every stack of the assembly that says where it goes is deployed.
   *
   * @throws TemplateError for what the templates get wrong, or ask for and the local cloud does not have
   */
  static async start(options: LocalCloudOptions): Promise<LocalCloud> {
    const cloud = new LocalCloud(options);
    await cloud.open(options);
    return cloud;
  }

  /** For classes that extend it. They {@link open} what they have made. */
  protected constructor(options: LocalCloudOptions) {
    const { clock, organization = {}, provider, fireSchedules = false } = options;
    const { refused, conduct = {}, rootToken } = options;
    this.clock = clock;
    this.provider = provider ?? new ProviderSide({ clock });
    const assets = new Assets();
    this.#aws = new Aws({
      clock,
      organization,
      provider: this.provider,
      assets,
      fireSchedules,
      conduct,
      url: () => this.url,
      rootToken,
    });
    this.rootToken = rootToken;
    const { access, organization: members, services, stacks, stackSets } = this.#aws;
    const accounts = new Accounts({ organization: members, stackSets });
    this.accounts = accounts;
    this.#assemblies = new Assemblies({ assets, accounts, services, stacks });
    access.record.observe((denial) => {
      if (isUnexpected(denial, members)) refused?.(denial);
    });
  }

  /** Opens the endpoint and deploys the assembly. */
  protected async open({ assembly, defaultPlace, port, visitors }: LocalCloudOptions): Promise<void> {
    const { services, credentials } = this.#aws;
    this.#front = await startFront({ services, credentials, clock: this.clock, port, visitors });
    try {
      if (assembly !== undefined) await this.#assemblies.create(assembly, defaultPlace);
      await this.prepare();
    } catch (error) {
      await this.close();
      throw error;
    }
    // What the deployment took is not part of what is counted.
    services.calls.clear();
  }

  /** For classes that extend it: what somebody does once everything is deployed. It is not counted. */
  protected async prepare(): Promise<void> {}

  /**
   * Deploys another assembly over what is there, as `cdk deploy` does: stacks that are there are updated, others are made.
   * Stacks that it lacks stay.
   *
   * @param options.stacks the names of those to deploy; otherwise all
   * @returns what was done, by the names of the stacks that were updated
   * @throws TemplateError for what is wrong with a template, or refused; that stack is as before then
   */
  update(
    assembly: string,
    options: { stacks?: readonly string[]; defaultPlace?: Place } = {},
  ): Promise<Map<string, Change[]>> {
    return Activity.run(this.clock, () => this.#assemblies.update(assembly, options));
  }

  /** Where SDKs and the AWS CLI reach this cloud: the value of `AWS_ENDPOINT_URL`. */
  get url(): string {
    if (!this.#front) throw new Error('The local cloud is not open.');
    return this.#front.url;
  }

  /** Ends the endpoint, all functions, and what waits for its time. */
  async close(): Promise<void> {
    await this.#aws.close();
    await this.#front?.close();
  }

  /**
   * Lets time pass until nothing runs and no event is under way: no execution for half a minute.
   *
   * @throws Standstill when executions wait for what never comes
   */
  settled(activity?: Activity): Promise<void> {
    if (activity) return settled(this, activity);
    return Activity.run(this.clock, (own) => settled(this, own), { what: 'all to settle' });
  }

  // What is deployed.

  /** The stacks of all accounts. */
  stacks(): DeployedStack[] {
    return this.#aws.stacks.all();
  }

  /**
   * A deployed resource, by its logical id or by the id that its construct has in the CDK app: `Orders`, or
   * `Shop/Orders` for one inside another.
   *
   * @throws Error unless exactly one resource is called so
   */
  resource(id: string): DeployedResource {
    return findResource(this.stacks(), id);
  }

  // Calls.

  /** The account's root user, who may do everything there, as a spectator of the cloud. */
  root({ accountId, region }: Place): Caller {
    return { ...rootOf({ accountId, region }), isSpectator: true };
  }

  /**
   * Calls a service as somebody. Input and output have the shapes of the AWS SDK for JavaScript v3.
   *
   * @param service the name by which requests to it are signed, such as `states`, `dynamodb`, `events`
   * @throws AwsError whatever the service refuses
   */
  call(service: string, action: string, input: object, caller: Caller): Promise<unknown> {
    return this.#aws.services.call(service, action, input, caller);
  }

  /** How often each action was called since the deployment, by `service:Action`. */
  get calls(): ReadonlyMap<string, number> {
    return this.#aws.services.calls;
  }

  /** From now on services behave so; what is left out is as the cloud started with it. */
  behave(conduct: Behaviour): void {
    this.#aws.behave(conduct);
  }

  /** Events of AWS that have happened and not come yet. */
  get eventsUnderWay(): number {
    return this.#aws.eventsUnderWay;
  }

  /** The VPCs of all accounts, as they are now. Nobody is asked for them: it counts as no call. */
  networks(): NetworkView[] {
    return this.#aws.ec2.networks();
  }

  /** An account has the VPC, with these tags, and always had: AWS reports nothing. Returns whether it is new. */
  ensureVpc(place: Place, vpc: { vpcId: string; cidrBlock: string; tags: Record<string, string> }): boolean {
    return this.#aws.ec2.ensureVpc(place, vpc);
  }

  /** An account has no such VPC, nor anything that was in it: AWS reports nothing. */
  forgetVpc(place: Place, vpcId: string): void {
    this.#aws.ec2.forgetVpc(place, vpcId);
  }

  // Events and schedules.

  /** Puts an event on a bus, as AWS itself does: on the default bus of the event's account and Region unless told. */
  putEvent(event: GivenEvent, to: Partial<Place> & { bus?: string } = {}): void {
    const { accountId = event.account, region = event.region, bus } = to;
    const time = `${new Date(this.clock.now()).toISOString().slice(0, 19)}Z`;
    const whole = { version: '0' as const, id: this.#ids.uuid(), time, resources: [], ...event };
    this.#aws.deliver(whole, accountId, region, bus);
  }

  /** Calls back whenever the delivery of an event to a target of a rule has ended, well or not. */
  observeDeliveries(observer: (report: DeliveryReport) => void): void {
    this.#aws.eventBridge.observe(observer);
  }

  /** Fires the rules of EventBridge that have a schedule, as if their time had come. */
  fireScheduledRules({ accountId, region }: Place): void {
    this.#aws.eventBridge.fireSchedules(accountId, region);
  }

  /** Fires every schedule of EventBridge Scheduler with this target, as if its time had come. */
  fireSchedulesOf(targetArn: string): Promise<void> {
    return this.#aws.scheduler.fire(targetArn);
  }

  // Executions.

  /**
   * Starts an execution, as the root user of its account.
   *
   * @param stateMachine its ARN, or its id as in {@link resource}
   */
  async startExecution(
    stateMachine: string,
    input: unknown = {},
    { name }: { name?: string } = {},
  ): Promise<ExecutionRecord> {
    const stateMachineArn = stateMachine.startsWith('arn:')
      ? stateMachine
      : this.resource(stateMachine).physicalId;
    const { executionArn } = (await this.call(
      'states',
      'StartExecution',
      { stateMachineArn, name, input: JSON.stringify(input) },
      this.#ownerOf(stateMachineArn),
    )) as { executionArn: string };
    return this.executions().find(({ arn }) => arn === executionArn)!;
  }

  /**
   * Starts an execution and waits for its end. If a program outside the cloud is to answer its task tokens, use
   * {@link startExecution} and {@link ended}.
   *
   * @throws Standstill when it waits for what never comes
   */
  run(stateMachine: string, input: unknown = {}): Promise<ExecutionRecord> {
    const work = async (activity: Activity) => {
      const execution = await this.startExecution(stateMachine, input);
      await activity.wait(this.ended(execution));
      return execution;
    };
    return Activity.run(this.clock, work, { what: `the end of an execution of ${stateMachine}` });
  }

  /** Waits for the end of the execution. Inside an {@link Activity}, wrap it in `activity.wait`. */
  async ended(execution: ExecutionRecord): Promise<void> {
    if (execution.status !== 'RUNNING') return;
    await new Promise<void>((resolve) => {
      const stop = this.observeExecutions(({ arn }, { type }) => {
        if (arn !== execution.arn || !/^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type)) return;
        stop();
        resolve();
      });
    });
  }

  /** All executions in the order in which they were started. Records follow what happens. */
  executions(): ExecutionRecord[] {
    return [...this.#aws.stepFunctions.executions()];
  }

  /**
   * Calls back for every event of every execution's history.
   *
   * @returns what ends that
   */
  observeExecutions(observer: (execution: ExecutionRecord, event: ExecutionEvent) => void): () => void {
    return this.#aws.stepFunctions.observe(observer);
  }

  async stopExecution({ arn }: ExecutionRecord): Promise<void> {
    await this.call('states', 'StopExecution', { executionArn: arn }, this.#ownerOf(arn));
  }

  /** @throws AwsError ExecutionNotRedrivable */
  async redriveExecution({ arn }: ExecutionRecord): Promise<void> {
    await this.call('states', 'RedriveExecution', { executionArn: arn }, this.#ownerOf(arn));
  }

  /** The execution's time is up, whatever its definition says of it. */
  timeOutExecution({ arn }: ExecutionRecord): void {
    this.#aws.stepFunctions.timeOut(arn);
  }

  // What can be read.

  /** The last lines of all functions of that name, the oldest first. */
  logs(functionName: string): readonly LogLine[] {
    return this.#aws.lambda.logs(functionName);
  }

  /** Calls back for every line that a function writes. Returns what ends that. */
  observeLogs(observer: (line: LogLine) => void): () => void {
    return this.#aws.lambda.observe(observer);
  }

  /** Every message that was published to a topic, in order. */
  messages(): readonly PublishedMessage[] {
    return this.#aws.sns.published;
  }

  /** Calls back for every message when it is published to a topic. */
  observeMessages(observer: (message: PublishedMessage) => void): void {
    this.#aws.sns.observe(observer);
  }

  /**
   * Evaluates the alarms of CloudWatch once a minute from now on.
   *
   * @returns what ends that: before, a virtual clock does not come to rest
   */
  watchAlarms(): () => void {
    return this.#aws.cloudWatch.watch();
  }

  /** Calls back when an alarm has changed its state and its actions have been carried out. */
  observeAlarms(observer: (change: AlarmChange) => void): void {
    this.#aws.cloudWatch.observe(observer);
  }

  /** Every call that was refused for want of a permission. */
  denials(): readonly Denial[] {
    return this.#aws.access.record.denials;
  }

  /**
   * Calls that were refused although the deployed policies should allow them. What an account was refused that is not
   * of the organization, and a role that is not there, are no fault of the policies.
   */
  unexpectedDenials(): Denial[] {
    return this.denials().filter((denial) => isUnexpected(denial, this.#aws.organization));
  }

  /** How often an action on a resource, both as a statement of the policy writes them, has allowed a call. */
  useOf(policy: Source, statement: object, action: string, resource: string): Use {
    return this.#aws.access.record.useOf(policy, statement, action, resource);
  }

  // What goes wrong on purpose.

  /**
   * Has `intervention` take the place of every call of AWS that is admitted, by functions, state machines or others.
   * It answers, throws an {@link AwsError} or {@link ConnectionLost}, or proceeds. The latest one is asked first.
   *
   * @returns what ends that
   */
  interceptCalls(intervention: Intervention): () => void {
    return this.#aws.services.intervene(intervention);
  }

  /**
   * Decides before each invocation of a function whether it crashes, runs out of time or is throttled.
   *
   * @returns what ends that
   */
  interceptFunctions(decide: (functionName: string, payload: string) => Fault | undefined): () => void {
    this.#aws.lambda.intercept(decide);
    return () => this.#aws.lambda.intercept(() => undefined);
  }

  /**
   * Has `interception` take the place of every delivery by AWS itself: an event comes twice, late or never.
   *
   * @returns what ends that
   */
  interceptEvents(interception: EventInterception): () => void {
    return this.#aws.interceptEvents(interception);
  }

  /** The root user of the account that an ARN names. */
  #ownerOf(arn: string): Caller {
    const [, , , region = '', accountId = ''] = arn.split(':');
    return this.root({ accountId, region });
  }
}
