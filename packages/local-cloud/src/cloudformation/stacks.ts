import { AwsError, type AwsServices } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Assets } from './assets.ts';
import { deleteStack, deploy, type Stack } from './deploy.ts';
import { TemplateError } from './intrinsics.ts';
import { TakenNames } from './taken-names.ts';
import { prepare, type Template } from './template.ts';

/** A stack that is there, and since when. */
export interface DeployedStack extends Stack {
  readonly createdAt: number;
  readonly description: string | undefined;
}

interface Place {
  accountId: string;
  region: string;
}

/** The stacks of all accounts. */
export class Stacks {
  readonly #clock: Clock;
  readonly #services: AwsServices;
  readonly #assets: Assets | undefined;
  readonly #exports = new Map<string, string>();
  readonly #names = new TakenNames();
  readonly #stacks = new Map<string, DeployedStack>();
  /** A template is read once, however many stacks are made of it. */
  readonly #templates = new Map<string, Template>();

  constructor(options: { clock: Clock; services: AwsServices; assets?: Assets }) {
    this.#clock = options.clock;
    this.#services = options.services;
    this.#assets = options.assets;
  }

  /**
   * Creates a stack.
   *
   * @param text the template
   * @throws TemplateError for what is wrong with the template, or refused, naming the stack
   */
  async create(name: string, text: string, { accountId, region }: Place): Promise<DeployedStack> {
    const key = keyOf(name, { accountId, region });
    if (this.#stacks.has(key)) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
    const stack = await this.#deploy(name, text, { accountId, region });
    const { Description: description } = JSON.parse(text) as { Description?: string };
    const deployed = { ...stack, createdAt: this.#clock.now(), description };
    this.#stacks.set(key, deployed);
    return deployed;
  }

  /** @throws TemplateError for what cannot be deleted */
  async delete(stack: DeployedStack): Promise<void> {
    await deleteStack(stack, this.#services, this.#names);
    this.#stacks.delete(keyOf(stack.name, stack));
  }

  all(): DeployedStack[] {
    return [...this.#stacks.values()];
  }

  in({ accountId, region }: Place): DeployedStack[] {
    return [...this.#stacks.values()].filter(
      (stack) => stack.accountId === accountId && stack.region === region,
    );
  }

  /** By name or ARN. */
  find(reference: string, place: Place): DeployedStack {
    const stack = this.in(place).find(({ name, id }) => reference === name || reference === id);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${reference} does not exist`);
    return stack;
  }

  async #deploy(stackName: string, text: string, { accountId, region }: Place): Promise<Stack> {
    try {
      return await deploy(this.#template(text), {
        accountId,
        region,
        stackName,
        services: this.#services,
        exports: this.#exports,
        names: this.#names,
        ...(this.#assets && { assets: this.#assets }),
      });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const stack = `stack ${stackName} of account ${accountId} in ${region}`;
      throw new TemplateError(`${stack}: ${error.message}`, { cause: error });
    }
  }

  #template(text: string): Template {
    let template = this.#templates.get(text);
    if (!template) {
      template = prepare(JSON.parse(text));
      this.#templates.set(text, template);
    }
    return template;
  }
}

function keyOf(name: string, { accountId, region }: Place): string {
  return `${accountId}/${region}/${name}`;
}
