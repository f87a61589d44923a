import { randomUUID } from 'node:crypto';
import { Activity, AwsError, type PacedClock, type PublishedMessage } from 'local-cloud';
import { Mirror } from '../../page/mirror.ts';
import type { Command, Deed, LineDocument, StoryDocument, WeatherDocument } from '../../page/protocol.ts';
import { Refusal, type Subject } from '../../page/server.ts';
import type { Deployment } from '../deployment.ts';
import type { Line } from '../narrator.ts';
import type { BackEnd } from '../redis-cloud/back-end.ts';
import { accountDocuments } from './accounts.ts';
import { type Circumstances, plans, subjectOf, type Target } from './deeds.ts';
import { ExecutionsView } from './executions.ts';
import { runbookSection } from './runbook.ts';
import { commandsOf, perform, type Step } from './step.ts';
import { makeWeather } from './weather.ts';

/** How often what has no events is looked at again while somebody watches, in real milliseconds. */
const LOOK_EACH = 250;
/** So many lines are pushed to whoever comes; older ones can be fetched, so many. */
const LINES_PUSHED = 400;
const LINES_KEPT = 20_000;
/** A jump to the next thing goes at most so far, in milliseconds. */
const LONGEST_JUMP = 24 * 3_600_000;
const WORKFLOWS = ['onboard', 'offboard', 'reconcile', 'dispatch', 'endpoint-script', 'clean-up'];

/** What the page shows of a deployment in the local cloud, and does to it. */
export class View implements Subject {
  readonly mirror = new Mirror();
  readonly secrets: string[];
  readonly #cloud: Deployment;
  readonly #backEnd: BackEnd;
  readonly #clock: PacedClock;
  readonly #executions: ExecutionsView;
  readonly #lines: LineDocument[] = [];
  readonly #messages: PublishedMessage[] = [];
  /** Of questions that nobody has to answer any more. */
  readonly #answers = new Map<number, 'approved' | 'refused' | 'over'>();
  readonly #looks: NodeJS.Timeout;
  #haltsAtNews = true;
  #known = new Set<string>();
  #weather: Pick<WeatherDocument, 'redisCloud' | 'keys'> = { redisCloud: 'well', keys: 'good' };
  /** Is called when somebody looks for the first time. */
  onVisit: (() => void) | undefined;

  static async open(options: {
    cloud: Deployment;
    backEnd: BackEnd;
    clock: PacedClock;
    story: string | null;
  }): Promise<View> {
    const view = new View(options);
    for (const workflow of WORKFLOWS) await view.#executions.load(workflow);
    view.refresh();
    return view;
  }

  private constructor({
    cloud,
    backEnd,
    clock,
    story,
  }: {
    cloud: Deployment;
    backEnd: BackEnd;
    clock: PacedClock;
    story: string | null;
  }) {
    this.#cloud = cloud;
    this.#backEnd = backEnd;
    this.#clock = clock;
    this.secrets = Object.values(backEnd.keys);
    this.#executions = new ExecutionsView(cloud);
    const { organization, connections } = cloud.configuration;
    this.mirror.set('setting', {
      run: randomUUID(),
      hubAccountId: organization.hubAccountId,
      managementAccountId: organization.managementAccountId,
      units: [...new Set(connections.flatMap(({ accounts }) => accounts.organizationalUnits))],
      rootId: cloud.accounts.parentOf(organization.managementAccountId) ?? '',
      hubRegion: organization.hubRegion,
      system: cloud.configuration.system,
      awsUrl: cloud.url,
      sessionToken: cloud.rootToken ?? '',
      redisCloudUrl: backEnd.url,
      story,
      isRedisCloudLocal: backEnd.local !== undefined,
      workflows: WORKFLOWS,
    });
    if (story !== null) this.tellStory({ state: 'waiting', failure: null });
    cloud.observeMessages((message) => this.#messages.push(message));
    this.#looks = setInterval(() => {
      if (this.mirror.hasListeners) this.#look();
    }, LOOK_EACH);
  }

  close(): void {
    clearInterval(this.#looks);
  }

  /** A line of what happens. */
  tell({ execution, ...line }: Line): void {
    const number = (this.#lines.at(-1)?.number ?? 0) + 1;
    const id = execution === undefined ? null : (this.#executions.idOf(execution) ?? null);
    const document = { ...line, number, execution: id };
    this.#lines.push(document);
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
    this.mirror.setOne('line/', number, document);
    this.mirror.delete('line/', number - LINES_PUSHED);
    if (this.#clock.isJumping && this.#haltsAtNews && !line.isStep) this.#clock.halt();
  }

  tellStory(story: StoryDocument): void {
    this.mirror.set('story', story);
  }

  refresh(): void {
    this.onVisit?.();
    this.#look();
  }

  #look(): void {
    const { mirror } = this;
    const clock = this.#clock;
    mirror.set('clock', { now: clock.now(), speed: clock.speed, isJumping: clock.isJumping });
    const { documents, gone } = this.#executions.changes();
    for (const document of documents) mirror.setOne('execution/', document.id, document);
    for (const id of gone) mirror.delete('execution/', id);
    const principals = this.#lookAtRedisCloud();
    const accounts = accountDocuments(this.#cloud, principals, this.#executions.problems());
    for (const account of accounts) mirror.setOne('account/', account.id, account);
    const known = new Set(accounts.map(({ id }) => id));
    for (const id of this.#known) if (!known.has(id)) mirror.delete('account/', id);
    this.#known = known;
    this.#messages.forEach((message, number) => {
      mirror.setOne('message/', number, {
        number,
        time: message.publishedAt,
        subject: message.subject ?? '',
        text: message.message,
        approval: this.#approval(number),
      });
    });
  }

  /** Returns by connection the status of each account's principal. */
  #lookAtRedisCloud(): Map<string, Map<string, string>> {
    const { local } = this.#backEnd;
    const principals = new Map<string, Map<string, string>>();
    for (const connection of this.#cloud.configuration.connections) {
      const { name, subscriptionId, region, contract, vpcs, approval, activeActiveRegionId } = connection;
      const seen = local?.overview(subscriptionId, activeActiveRegionId);
      if (seen) principals.set(name, seen.principals);
      this.mirror.setOne('connection/', name, {
        name,
        subscriptionId,
        region,
        contract,
        vpcs,
        approval,
        privateLink: seen ? (seen.status ?? 'none') : null,
        isChanging: seen?.isChanging ?? false,
      });
    }
    const tasks = (local?.runningTasks() ?? []).map(({ commandType, status }) => ({
      command: commandType,
      status,
    }));
    this.mirror.set('weather', { ...this.#weather, tasks });
    return principals;
  }

  #approval(number: number): 'open' | 'approved' | 'refused' | 'over' | null {
    const { attributes, message } = this.#messages[number]!;
    if ((attributes.kind as { StringValue?: string } | undefined)?.StringValue !== 'approval') return null;
    const answer = this.#answers.get(number);
    if (answer) return answer;
    const token = tokenIn(message);
    const isLatest = this.#messages.findLastIndex((one) => tokenIn(one.message) === token) === number;
    if (isLatest && this.#isWaiting(message)) return 'open';
    this.#answers.set(number, 'over');
    return 'over';
  }

  /** Whether the execution that a message names is still at its question. */
  #isWaiting(message: string): boolean {
    const name = /^Execution: +(\S+)/m.exec(message)?.[1];
    return this.#cloud
      .executions()
      .some(
        (execution) =>
          execution.name === name && execution.waits.some(({ state }) => /approval/i.test(state)),
      );
  }

  async fetch(path: string, query: URLSearchParams): Promise<unknown> {
    const [, kind = '', id = ''] = path.split('/').map(decodeURIComponent);
    if (kind === 'executions') {
      const record = this.#executions.record(id);
      if (record) return this.#executions.detail(record);
    } else if (kind === 'definitions' && WORKFLOWS.includes(id)) return this.#executions.load(id);
    else if (kind === 'runbook') {
      const section = await runbookSection(id);
      if (section) return section;
    } else if (kind === 'lines') {
      const before = Number(query.get('before'));
      return this.#lines.filter(({ number }) => number < before).slice(-LINES_PUSHED);
    } else if (kind === 'deeds') {
      const all = await this.#plans(query.get('account'), query.get('vpc'));
      return all.map(({ steps, ...deed }): Deed => ({ ...deed, commands: commandsOf(steps) }));
    }
    throw new Refusal(404, `There is no ${path}.`);
  }

  async perform(command: Command): Promise<void> {
    switch (command.do) {
      case 'speed':
        if (typeof command.speed !== 'number' || !(command.speed >= 0 && command.speed <= 10_000)) {
          throw new Refusal(400, `The speed is a number from 0 to 10000, not ${command.speed}.`);
        }
        this.#clock.speed = command.speed;
        break;
      case 'jump':
        this.#jump(command.until);
        break;
      case 'redrive':
        await this.#redrive(command.execution);
        break;
      case 'answer':
        await this.#answer(command);
        break;
      case 'deed':
        await this.#do(command);
        break;
      default:
        throw new Refusal(400, 'There is no such command.');
    }
    this.#look();
  }

  #jump(until: number | undefined): void {
    const distance = until === undefined ? LONGEST_JUMP : until - this.#clock.now();
    if (!(distance >= 0 && distance <= LONGEST_JUMP)) {
      throw new Refusal(400, `A jump goes ahead, by ${LONGEST_JUMP / 3_600_000} hours at most.`);
    }
    this.#haltsAtNews = until === undefined;
    this.#clock.jump(distance);
  }

  async #redrive(id: string): Promise<void> {
    const record = this.#executions.record(id);
    if (!record) throw new Refusal(404, `There is no execution ${id}.`);
    await this.#working(() => this.#cloud.redriveExecution(record));
  }

  async #answer({ message: number, isApproved, by, why }: Command & { do: 'answer' }): Promise<void> {
    const message = this.#messages[number];
    if (!message || this.#approval(number) !== 'open')
      throw new Refusal(409, 'Nobody waits for this answer any more.');
    const taskToken = tokenIn(message.message);
    if (!by.trim()) throw new Refusal(400, 'An answer has the name of who gives it.');
    const [action, input] = isApproved
      ? ['SendTaskSuccess', { taskToken, output: JSON.stringify({ approvedBy: by }) }]
      : ['SendTaskFailure', { taskToken, error: 'ApprovalRefused', cause: `${by}: ${why}` }];
    await this.#working(() => this.#cloud.call('states', action as string, input as object, this.#cloud.hub));
    this.#answers.set(number, isApproved ? 'approved' : 'refused');
    this.#say(this.#cloud.hub.accountId, `${by} ${isApproved ? 'approves' : 'refuses'}: ${message.subject}`);
  }

  async #do({ name, accountId, vpcId }: Command & { do: 'deed' }): Promise<void> {
    const all = await this.#plans(accountId, vpcId);
    const plan = all.find((one) => one.name === name);
    if (!plan) throw new Refusal(404, `There is no deed ${name}.`);
    if (plan.impossible !== null) throw new Refusal(409, plan.impossible);
    const weather = /^redis-cloud-(well|slow|busy|limited)$/.exec(name)?.[1] as WeatherDocument['redisCloud'];
    const where = plan.steps[0]?.accountId ?? this.#cloud.hub.accountId;
    const about = subjectOf(plan, { account: accountId, vpc: vpcId });
    this.#say(where, `${about && `${about}: `}${plan.title}.`);
    if (weather) {
      makeWeather(this.#backEnd.local!, weather);
      this.#weather = { ...this.#weather, redisCloud: weather };
      return;
    }
    const refusal = await this.#working(() => perform(plan.steps, (step, input) => this.#call(step, input)));
    if (refusal) this.#say(where, `AWS refuses: ${refusal}`);
    if (name === 'revoke-keys') this.#revokeKeys();
    if (name === 'restore-keys') this.#weather = { ...this.#weather, keys: 'good' };
  }

  /** Somebody makes new ones at Redis Cloud, and tells nobody. */
  #revokeKeys(): void {
    const local = this.#backEnd.local!;
    local.keys = { apiKey: `A-${randomUUID()}`, secretKey: `S-${randomUUID()}` };
    this.secrets.push(...Object.values(local.keys));
    this.#weather = { ...this.#weather, keys: 'revoked' };
  }

  #call({ service, action, accountId, region }: Step, input: object): Promise<unknown> {
    return this.#cloud.call(service, action, input, this.#cloud.root({ accountId, region }));
  }

  /** While somebody works, no time passes. What AWS refuses, it refuses to them. */
  async #working<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await Activity.run(this.#clock, work, { what: 'somebody at the page' });
    } catch (error) {
      if (error instanceof AwsError) throw new Refusal(409, `${error.name}: ${error.message}`);
      throw error;
    }
  }

  #say(accountId: string, text: string): void {
    this.tell({ time: this.#clock.now(), accountId, actor: 'you', text, mood: 'news', isStep: false });
  }

  async #plans(accountId: string | null, vpcId: string | null) {
    const account = this.mirror.all('account/').find(({ id }) => id === accountId);
    const vpc = account?.vpcs.find((one) => one.vpcId === vpcId);
    const target: Target = { account, vpc };
    const circumstances: Circumstances = {
      ...this.#weather,
      hasRole: account ? await this.#hasRole(account.id) : null,
      roleSteps: account ? this.#roleSteps(account.id) : [],
      secret: JSON.stringify(this.#backEnd.local?.keys ?? this.#backEnd.keys),
      isRedisCloudLocal: this.#backEnd.local !== undefined,
    };
    return plans(this.#cloud, target, circumstances);
  }

  async #hasRole(accountId: string): Promise<boolean> {
    const { region } = this.#cloud.hub;
    try {
      await this.#cloud.call(
        'iam',
        'GetRole',
        { RoleName: this.#cloud.names.CONNECTOR_ROLE },
        this.#cloud.root({ accountId, region }),
      );
      return true;
    } catch {
      return false;
    }
  }

  /** What makes the connector role as the member stack has made it. */
  #roleSteps(accountId: string): Step[] {
    const resources = this.#cloud
      .stacks()
      .filter((stack) => stack.accountId === accountId)
      .flatMap((stack) => [...stack.resources.values()]);
    const { CONNECTOR_ROLE } = this.#cloud.names;
    const isOfRole = (properties: Record<string, unknown>) =>
      (properties.Roles as string[] | undefined)?.includes(CONNECTOR_ROLE);
    const role = resources.find(
      ({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === CONNECTOR_ROLE,
    );
    if (!role) return [];
    const iam = { service: 'iam', accountId, region: this.#cloud.hub.region };
    const text = (document: unknown) => JSON.stringify(document);
    return [
      {
        ...iam,
        action: 'CreateRole',
        input: {
          RoleName: CONNECTOR_ROLE,
          AssumeRolePolicyDocument: text(role.properties.AssumeRolePolicyDocument),
        },
      },
      ...resources
        .filter(({ type, properties }) => type === 'AWS::IAM::Policy' && isOfRole(properties))
        .map(({ properties }) => ({
          ...iam,
          action: 'PutRolePolicy',
          input: {
            RoleName: CONNECTOR_ROLE,
            PolicyName: properties.PolicyName,
            PolicyDocument: text(properties.PolicyDocument),
          },
        })),
    ];
  }
}

function tokenIn(message: string): string | undefined {
  return /--task-token '?([^'\s]+)/.exec(message)?.[1];
}
