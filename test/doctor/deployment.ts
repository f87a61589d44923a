import { readFileSync } from 'node:fs';
import { afterEach, beforeEach } from '@jest/globals';
import { callerIn, placeOf } from '../../doctor/caller.ts';
import { checks } from '../../doctor/checks/index.ts';
import { Examination, examine } from '../../doctor/examination.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type Configuration, loadConfiguration } from '../../lib/configuration.ts';
import { type Ground, onGround } from '../../proof/bench/ground.ts';

export const MANAGEMENT = '111111111111';
export const HUB = '222222222222';
export const MEMBER = '444455556666';
export const UNIT = 'ou-ab12-l3zc8b3h';
const CONFIG = 'config/privatelink.yaml';
export const configuration = loadConfiguration(CONFIG);
const { Resources } = JSON.parse(
  readFileSync('dist/test/redis-privatelink-organization-us-east-1.template.json', 'utf8'),
) as { Resources: Record<string, { Type: string; Properties: { TemplateBody: string } }> };
const template = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudFormation::StackSet')!
  .Properties.TemplateBody;

const KEYS = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Gives back the environment that {@link look} changes, after each test of a file. */
export function keepEnvironment(): void {
  let before: (string | undefined)[];
  beforeEach(() => {
    before = KEYS.map((key) => process.env[key]);
  });
  afterEach(() => {
    KEYS.forEach((key, index) => {
      if (before[index] === undefined) delete process.env[key];
      else process.env[key] = before[index];
    });
  });
}

export interface Look {
  as: string | { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  changed?: Partial<Configuration['organization']>;
  body?: string;
  /** Milliseconds after the cloud's time. */
  later?: number;
}

/** What the doctor finds in a cloud, with the credentials of an account's root user or of a session. */
export async function look(
  { cloud }: Ground,
  { as, changed, body = template, later = 0 }: Look,
): Promise<Finding[]> {
  process.env.AWS_ENDPOINT_URL = cloud.url;
  process.env.AWS_ACCESS_KEY_ID = typeof as === 'string' ? as : as.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = typeof as === 'string' ? 'any' : as.secretAccessKey;
  if (typeof as === 'string') delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = as.sessionToken;
  const given = { ...configuration, organization: { ...configuration.organization, ...changed } };
  const caller = await callerIn('us-east-1');
  const examination = new Examination({
    configuration: given,
    config: CONFIG,
    place: placeOf(caller, given),
    accountId: caller.accountId,
    now: cloud.clock.now() + later,
    memberTemplate: async () => body,
  });
  return examine(examination, checks);
}

/** What is not well, each with its command. */
export function amiss(findings: Finding[]): string[] {
  return findings
    .filter(({ status }) => status === 'missing' || status === 'cannot tell')
    .map(({ status, text, command }) => `${status}: ${text}${command ? ` => ${command}` : ''}`);
}

export const topic = `arn:aws:sns:us-east-1:${HUB}:redis-privatelink-alerts`;

/** A deployment with a member account. */
export function deployed(
  work: (ground: Ground) => Promise<void>,
  { reconciled = true }: { reconciled?: boolean } = {},
): Promise<void> {
  return onGround({ contract: 'resource-share', assembly: 'dist/test' }, async (ground) => {
    const { cloud, activity } = ground;
    await cloud.accounts.add(MEMBER, UNIT, { silent: true });
    if (reconciled) {
      await cloud.start('reconcile', {});
      await cloud.settled(activity);
    }
    const listener = { TopicArn: topic, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:${HUB}:alerts` };
    await call(ground, 'sqs', 'CreateQueue', { QueueName: 'alerts' });
    await call(ground, 'sns', 'Subscribe', listener);
    await work(ground);
  });
}

export const call = ({ cloud }: Ground, service: string, action: string, input: object, accountId = HUB) =>
  cloud.call(service, action, input, cloud.root({ accountId, region: 'us-east-1' })) as Promise<never>;
