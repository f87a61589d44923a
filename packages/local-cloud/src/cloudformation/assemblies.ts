import type { Accounts } from '../accounts.ts';
import type { Place } from '../aws/caller.ts';
import type { AwsServices } from '../aws/service.ts';
import { type AssemblyStack, assemblyStacks } from './assembly.ts';
import type { Assets } from './assets.ts';
import { rootOf } from './scope.ts';
import type { Stacks } from './stacks.ts';
import type { Change } from './update.ts';

/** Deploys what the CDK has synthesized. */
export class Assemblies {
  readonly #assets: Assets;
  readonly #accounts: Accounts;
  readonly #services: AwsServices;
  readonly #stacks: Stacks;

  constructor(options: { assets: Assets; accounts: Accounts; services: AwsServices; stacks: Stacks }) {
    this.#assets = options.assets;
    this.#accounts = options.accounts;
    this.#services = options.services;
    this.#stacks = options.stacks;
  }

  /** @throws TemplateError, and Error where no stack says where it goes */
  async create(assembly: string, defaultPlace: Place | undefined): Promise<void> {
    for (const stack of this.#read(assembly, defaultPlace)) await this.#create(stack);
  }

  /**
   * Updates the stacks that are there, and makes the others.
   *
   * @returns what was done, by the names of the stacks that were updated
   * @throws TemplateError, and Error where no stack says where it goes
   */
  async update(
    assembly: string,
    { stacks, defaultPlace }: { stacks?: readonly string[]; defaultPlace?: Place },
  ): Promise<Map<string, Change[]>> {
    const done = new Map<string, Change[]>();
    for (const stack of this.#read(assembly, defaultPlace)) {
      if (stacks && !stacks.includes(stack.name)) continue;
      const known = this.#stacks.in(stack).find(({ name }) => name === stack.name);
      if (known) done.set(stack.name, await this.#stacks.update(known, JSON.stringify(stack.template)));
      else await this.#create(stack);
    }
    return done;
  }

  #read(assembly: string, defaultPlace: Place | undefined): AssemblyStack[] {
    const stacks = assemblyStacks(assembly, defaultPlace);
    if (stacks.length === 0) {
      throw new Error(
        `No stack of ${assembly} says where it goes. Give a defaultPlace, or set env in the CDK app.`,
      );
    }
    this.#assets.add(assembly);
    return stacks;
  }

  async #create({ name, template, ...place }: AssemblyStack): Promise<void> {
    if (!this.#accounts.has(place.accountId))
      await this.#accounts.add(place.accountId, undefined, { silent: true });
    await this.#bootstrap(place);
    await this.#stacks.create(name, JSON.stringify(template), place);
  }

  /** What `cdk bootstrap` leaves for later deployments to look at. Assets are read where they are. */
  async #bootstrap(place: Place): Promise<void> {
    const Name = '/cdk-bootstrap/hnb659fds/version';
    const input = { Name, Value: '30', Type: 'String', Overwrite: true };
    await this.#services.call('ssm', 'PutParameter', input, rootOf(place));
  }
}
