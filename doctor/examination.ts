import type { Configuration } from '../lib/configuration.ts';
import { type Names, namesOf } from '../lib/names.ts';
import { CannotTell, type Finding } from './finding.ts';

/** The accounts of a deployment, as one looks from them. */
export type Place = 'hub' | 'management' | 'member';

type ClientClass<C> = new (configuration: { region: string; maxAttempts: number }) => C;

/** What a check works with. */
export class Examination {
  readonly configuration: Configuration;
  /** The names of the system that it configures. */
  readonly names: Names;
  /** The configuration's file, as commands name it. */
  readonly config: string;
  readonly place: Place;
  /** The account from which one looks. */
  readonly accountId: string;
  /** The time by which something counts as recent, in milliseconds since the epoch. */
  readonly now: number;
  /** The member stack's template, as this version synthesizes it. */
  readonly memberTemplate: () => Promise<string>;
  readonly #clients = new Map<string, object>();

  constructor(options: {
    configuration: Configuration;
    config: string;
    place: Place;
    accountId: string;
    now: number;
    memberTemplate: () => Promise<string>;
  }) {
    this.configuration = options.configuration;
    this.names = namesOf(options.configuration.system);
    this.config = options.config;
    this.place = options.place;
    this.accountId = options.accountId;
    this.now = options.now;
    this.memberTemplate = options.memberTemplate;
  }

  /** A client of the SDK in the Region, with the caller's credentials. */
  client<C extends object>(Client: ClientClass<C>, region: string): C {
    const key = `${Client.name} ${region}`;
    let client = this.#clients.get(key) as C | undefined;
    if (!client) {
      client = new Client({ region, maxAttempts: 3 });
      this.#clients.set(key, client);
    }
    return client;
  }

  /** The command that deploys stacks. */
  deploy(stacks: string): string {
    return `npx cdk deploy -c config=${this.config} ${stacks}`;
  }
}

/** One thing that a deployment needs. */
export interface Check {
  /** What it looks at, e.g. `the hub stack`. */
  name: string;
  /** From where it can be seen. */
  places: readonly Place[];
  /** Where it finds something missing, there is no use in looking further. */
  decisive?: boolean;
  /** @throws CannotTell */
  look(examination: Examination): Promise<Finding[]>;
}

/** Carries checks out, in their order. What cannot be seen from this place is said once, in the end. */
export async function examine(examination: Examination, checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    if (!check.places.includes(examination.place)) continue;
    try {
      const found = await check.look(examination);
      findings.push(...found);
      if (check.decisive && found.some(({ status }) => status === 'missing')) return findings;
    } catch (error) {
      if (!(error instanceof CannotTell)) throw error;
      findings.push({ status: 'cannot tell', text: `${check.name} (why: ${error.message})` });
    }
  }
  const { hubAccountId, managementAccountId } = examination.configuration.organization;
  const others: [Place, string][] = [
    ['management', `the management account ${managementAccountId}`],
    ['hub', `the hub account ${hubAccountId}`],
    ['member', 'a member account'],
  ];
  for (const [place, account] of others) {
    const unseen = checks.filter(
      ({ places }) => !places.includes(examination.place) && places.includes(place),
    );
    if (unseen.length === 0) continue;
    findings.push({
      status: 'elsewhere',
      text: `look from ${account} too, for ${unseen.map(({ name }) => name).join(', ')}`,
    });
  }
  return findings;
}
