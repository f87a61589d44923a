import {
  type Caller,
  type ExecutionRecord,
  LocalCloud,
  type LocalCloudOptions,
  type PublishedMessage,
} from 'local-cloud';
import type { Configuration } from '../lib/configuration.ts';
import { delegationStatements } from '../lib/delegation-policy.ts';
import { type Names, namesOf } from '../lib/names.ts';

export interface DeploymentOptions extends Omit<LocalCloudOptions, 'organization'> {
  /** As synthesized, with the Redis Cloud address that the functions are to call. */
  configuration: Configuration;
  /** Of other systems that were synthesized with it, and stand beside it. */
  beside?: Configuration[];
  /** Put into the secret, as an operator does after the first deployment. */
  keys: { apiKey: string; secretKey: string };
}

/** This product, deployed in a local cloud: an organization with the stacks of a configuration. */
export class Deployment extends LocalCloud {
  readonly configuration: Configuration;
  readonly #beside: Configuration[];
  readonly #keys: DeploymentOptions['keys'];

  static override async start(options: DeploymentOptions): Promise<Deployment> {
    const { hubAccountId, managementAccountId, organizationalUnits, delegationPolicy, ...organization } =
      options.configuration.organization;
    const deployment = new Deployment(options, {
      ...options,
      organization: {
        id: organization.id,
        managementAccountId,
        members: hubAccountId === managementAccountId ? [] : [hubAccountId],
        // Otherwise the organization stack makes it.
        resourcePolicy: delegationPolicy
          ? undefined
          : { Statement: delegationStatements(options.configuration) },
        // The root may be among the units to which something is offered.
        rootId: organizationalUnits.find((id) => id.startsWith('r-')),
        organizationalUnits: [...new Set(organizationalUnits)]
          .filter((id) => !id.startsWith('r-'))
          .map((id) => ({ id, name: 'Workloads' })),
        homeRegion: organization.controlTowerRegion,
      },
    });
    await deployment.open(options);
    return deployment;
  }

  private constructor({ configuration, beside = [], keys }: DeploymentOptions, options: LocalCloudOptions) {
    super(options);
    this.configuration = configuration;
    this.#beside = beside;
    this.#keys = keys;
  }

  /** Puts the Redis Cloud keys into the secret of each account. */
  protected override async prepare(): Promise<void> {
    const accounts = [this.configuration, ...this.#beside].flatMap(({ redisCloud }) => redisCloud.accounts);
    for (const { secretName } of accounts) {
      const secret = { SecretId: secretName, SecretString: JSON.stringify(this.#keys) };
      await this.call('secretsmanager', 'PutSecretValue', secret, this.hub);
    }
  }

  /** The root user of the hub account, in the hub Region. */
  get hub(): Caller {
    const { hubAccountId: accountId, hubRegion: region } = this.configuration.organization;
    return this.root({ accountId, region });
  }

  /** The names of the system that is deployed. */
  get names(): Names {
    return namesOf(this.configuration.system);
  }

  /** The ARN of a workflow's state machine; of another system by its name. */
  arnOf(workflow: string, { SYSTEM } = this.names): string {
    const { accountId, region } = this.hub;
    return `arn:aws:states:${region}:${accountId}:stateMachine:${SYSTEM}-${workflow}`;
  }

  /** What operators are told by mail: every message but those of the chat's topic, which say the same once more. */
  override messages(): readonly PublishedMessage[] {
    return super.messages().filter((message) => !isOfChat(message));
  }

  override observeMessages(observer: (message: PublishedMessage) => void): void {
    super.observeMessages((message) => {
      if (!isOfChat(message)) observer(message);
    });
  }

  /** What chats are told. */
  chatMessages(): readonly PublishedMessage[] {
    return super.messages().filter(isOfChat);
  }

  /** Starts a workflow by hand, as in the console. */
  start(workflow: string, input: unknown): Promise<ExecutionRecord> {
    return this.startExecution(this.arnOf(workflow), input);
  }
}

function isOfChat({ topicArn }: PublishedMessage): boolean {
  return topicArn.endsWith('-chat');
}
