import { AwsError, type AwsServices } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Assets } from './assets.ts';
import { deleteStack, deploy } from './deploy.ts';
import { TemplateError } from './intrinsics.ts';
import type { DeployOptions, Stack } from './stack.ts';
import { TakenNames } from './taken-names.ts';
import { prepare, type Template } from './template.ts';
import { type Change, updateStack } from './update.ts';

/** A stack that is there, and since when. */
export interface DeployedStack extends Stack {
  readonly createdAt: number;
  /** When it was updated last, and how that has ended. */
  updatedAt: number | undefined;
  status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE';
  description: string | undefined;
  /** The text of its template. */
  template: string;
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
    const stack = await named({ name, accountId, region }, () =>
      deploy(this.#template(text), this.#options({ name, accountId, region })),
    );
    const deployed: DeployedStack = {
      ...stack,
      createdAt: this.#clock.now(),
      updatedAt: undefined,
      status: 'CREATE_COMPLETE',
      description: descriptionIn(text),
      template: text,
    };
    this.#stacks.set(key, deployed);
    return deployed;
  }

  /**
   * Updates a stack in place.
   *
   * @returns what was done, and nothing where nothing is other
   * @throws TemplateError for what is wrong with the template, or refused, naming the stack. It is as before then.
   */
  async update(stack: DeployedStack, text: string): Promise<Change[]> {
    const isImported = (key: string) => this.all().some((other) => other !== stack && other.imports.has(key));
    const changes = await named(stack, async () => {
      try {
        return await updateStack(stack, this.#template(text), this.#options(stack), isImported);
      } catch (error) {
        stack.status = 'UPDATE_ROLLBACK_COMPLETE';
        stack.updatedAt = this.#clock.now();
        throw error;
      }
    });
    const updatedAt = changes.length > 0 ? this.#clock.now() : stack.updatedAt;
    const status = changes.length > 0 ? 'UPDATE_COMPLETE' : stack.status;
    Object.assign(stack, { template: text, description: descriptionIn(text), updatedAt, status });
    return changes;
  }

  /** @throws TemplateError for what cannot be deleted, or is imported by another stack */
  async delete(stack: DeployedStack): Promise<void> {
    const used = [...stack.exports].find((key) =>
      this.all().some((other) => other !== stack && other.imports.has(key)),
    );
    if (used) throw new TemplateError(`Export ${used} cannot be deleted as it is in use by another stack.`);
    await deleteStack(stack, this.#options(stack));
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

  #options({ name: stackName, accountId, region }: Place & { name: string }): DeployOptions {
    return {
      accountId,
      region,
      stackName,
      services: this.#services,
      exports: this.#exports,
      names: this.#names,
      ...(this.#assets && { assets: this.#assets }),
    };
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

async function named<T>(
  { name, accountId, region }: Place & { name: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const stack = `stack ${name} of account ${accountId} in ${region}`;
    throw new TemplateError(`${stack}: ${error.message}`, { cause: error });
  }
}

function descriptionIn(text: string): string | undefined {
  return (JSON.parse(text) as { Description?: string }).Description;
}

function keyOf(name: string, { accountId, region }: Place): string {
  return `${accountId}/${region}/${name}`;
}
