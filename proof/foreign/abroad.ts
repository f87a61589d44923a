import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AWSOrganizationsNotInUseException,
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationCommand,
  ListRootsCommand,
} from '@aws-sdk/client-organizations';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ProviderSide, RealClock } from 'local-cloud';
import { startBackEnd } from '../../local/redis-cloud/back-end.ts';
import { synthesize } from '../../local/synthesize.ts';
import type { Clients } from './clients.ts';
import { bootstrap, deploy, publish } from './deploy.ts';
import { CONNECTION, callingAt, configurationFor, type Ground, REGION, SUBSCRIPTION } from './ground.ts';
import type { Program } from './program.ts';
import { start } from './programs.ts';
import type { Journey } from './report.ts';
import { play } from './scenario.ts';

/**
 * How much faster than real time workflows and Redis Cloud wait. Functions start in real time: were it much faster, Redis
 * Cloud would have forgotten a task before anybody asks for it.
 */
const SPEED = 10;
const MANAGEMENT = '111111111111';

/** Deploys the templates to a program and plays the scenario there, as far as it can. */
export async function playAbroad(
  program: Program,
  { bin, python, log }: { bin: string; python: string; log: string },
): Promise<Journey> {
  const running = await start(program, { bin, managementAccountId: MANAGEMENT, speed: SPEED, log });
  const journey: Journey = {
    deployed: [],
    lacks: [],
    workedAround: [],
    steps: undefined,
    stopped: undefined,
  };
  try {
    await travel(program, running.url, python, journey);
  } catch (error) {
    journey.stopped = (error as Error).message;
  } finally {
    journey.workedAround = [...running.repaired(), ...program.patches.map(({ what }) => what)];
    await running.end();
  }
  return journey;
}

/** Fills in the journey as it goes on, so that what was reached is known if it stops. */
async function travel(program: Program, url: string, python: string, journey: Journey): Promise<void> {
  const clientsIn = (accountId: string) => program.clients(url, REGION, accountId);
  const management = await clientsIn(MANAGEMENT);
  const ground = await settle(management);
  const { hubAccountId, memberAccountId } = ground;
  const clock = new RealClock(SPEED);
  const provider = new ProviderSide({ clock });
  const configuration = configurationFor(ground);
  const backEnd = await startBackEnd({ configuration, clock, provider, address: undefined });
  const assembly = mkdtempSync(join(tmpdir(), 'foreign-'));
  try {
    await synthesize(callingAt(configuration, backEnd.url), assembly);
    const hub = await clientsIn(hubAccountId);
    const member = await clientsIn(memberAccountId);
    const stacks: [string, Clients, string][] = [
      ['redis-privatelink-hub', hub, hubAccountId],
      [`redis-privatelink-organization-${REGION}`, management, MANAGEMENT],
      ['redis-privatelink-member', member, memberAccountId],
    ];
    for (const [, clients, accountId] of stacks) await bootstrap(clients, accountId);
    await publish(hub, { accountId: hubAccountId, assembly, python, patches: program.patches });
    const lacks = new Set<string>();
    for (const [stack, clients, accountId] of stacks) {
      for (const what of await deploy(clients, { accountId, assembly, stack, program })) lacks.add(what);
      journey.lacks = [...lacks];
      journey.deployed.push(stack);
    }
    if (program.runsNoFunctions !== undefined) return;
    for (const { secretName } of configuration.redisCloud.accounts) {
      const SecretString = JSON.stringify(backEnd.keys);
      await hub.secretsManager.send(new PutSecretValueCommand({ SecretId: secretName, SecretString }));
    }
    journey.steps = await play({
      ...{ hub, hubAccountId, member, memberAccountId },
      connection: CONNECTION,
      principal: () => backEnd.local?.overview(SUBSCRIPTION).principals.get(memberAccountId),
    });
  } finally {
    rmSync(assembly, { recursive: true, force: true });
    await backEnd.close();
  }
}

/** An organization with a hub account and one more. */
async function settle({ organizations }: Clients): Promise<Ground> {
  const { Organization } = await organizations
    .send(new DescribeOrganizationCommand({}))
    .catch((error: unknown) => {
      if (!(error instanceof AWSOrganizationsNotInUseException)) throw error;
      return organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    });
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const account = async (name: string): Promise<string> => {
    const order = { AccountName: name, Email: `${name}@example.com` };
    const { CreateAccountStatus: asked } = await organizations.send(new CreateAccountCommand(order));
    const CreateAccountRequestId = asked!.Id!;
    const made = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
    return made.CreateAccountStatus!.AccountId!;
  };
  return {
    organizationId: Organization!.Id!,
    rootId: Roots![0]!.Id!,
    managementAccountId: MANAGEMENT,
    hubAccountId: await account('hub'),
    memberAccountId: await account('orders'),
  };
}
