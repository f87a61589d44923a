import { CloudFormationClient, DescribeStackSetCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, ListRulesCommand, type Rule } from '@aws-sdk/client-eventbridge';
import type { accountEvents, vpcEvents } from '../../lib/event-patterns.ts';
import { namesOf } from '../../lib/names.ts';
import { memberRegions, ORGANIZATIONS_REGION } from '../../lib/regions.ts';
import { ask, named, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { missing, ok } from '../finding.ts';

/** How the names of rules go on after that of their system: of one in each member account, one in the management account. */
const { ruleNameOf } = namesOf({ name: '', tag: '' });
const OF_VPCS = ruleNameOf('VpcTagged' satisfies keyof ReturnType<typeof vpcEvents>);
const OF_ACCOUNTS = ruleNameOf('Organizations' satisfies keyof ReturnType<typeof accountEvents>);

/** No other system of the organization is asked by the tag by which VPCs ask this one. */
export const otherSystems: Check = {
  name: 'other systems beside this one',
  places: ['management', 'member'],
  async look(examination) {
    const { SYSTEM, TAG } = examination.names;
    const others =
      examination.place === 'member'
        ? await inMember(examination)
        : await inManagement(examination, await systemsIn(examination, ORGANIZATIONS_REGION, OF_ACCOUNTS));
    const same = [...others].filter(([, tags]) => tags.includes(TAG)).map(([name]) => name);
    if (same.length > 0) {
      return same.map((name) =>
        missing(
          `the system ${name} is asked by the tag ${TAG}, too: both would connect the same VPCs`,
          `give one of them another system.tag in its configuration, then npm run plan -- --config ${examination.config}`,
        ),
      );
    }
    const systems = [...others].filter(([, tags]) => tags.length > 0).map(([name]) => name);
    const beside = systems.map((name) => `${name} beside it`).join(', ');
    return [ok(`only ${SYSTEM} is asked by the tag ${TAG}${beside && ` (${beside})`}`)];
  },
};

/** The rules of this account, by the systems whose they are. */
async function systemsIn(examination: Examination, region: string, end: string): Promise<Map<string, Rule>> {
  const client = examination.client(EventBridgeClient, region);
  const rules = await pages(async (NextToken) => {
    const answer = await ask('events:ListRules', () => client.send(new ListRulesCommand({ NextToken })));
    return { items: answer?.Rules, next: answer?.NextToken };
  });
  const ofOthers = rules
    .map((rule): [string, Rule] => [rule.Name ?? '', rule])
    .filter(([name]) => name.endsWith(end) && name !== `${examination.names.SYSTEM}${end}`);
  return new Map(ofOthers.map(([name, rule]) => [name.slice(0, -end.length), rule]));
}

async function inMember(examination: Examination): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const region of memberRegions(examination.configuration)) {
    for (const [name, { EventPattern }] of await systemsIn(examination, region, OF_VPCS)) {
      found.set(name, tagsIn(parsed(EventPattern)));
    }
  }
  return found;
}

/** What a system's StackSet brings to member accounts says its tag. */
async function inManagement(
  examination: Examination,
  others: ReadonlyMap<string, unknown>,
): Promise<Map<string, string[]>> {
  const client = examination.client(CloudFormationClient, ORGANIZATIONS_REGION);
  const found = new Map<string, string[]>();
  for (const name of others.keys()) {
    const StackSetName = namesOf({ name, tag: name }).MEMBER_STACK_SET;
    const answer = await ask(
      'cloudformation:DescribeStackSet',
      () => client.send(new DescribeStackSetCommand({ StackSetName })),
      named('StackSetNotFoundException', 'StackSetNotFound'),
    );
    const { Resources = {} } = parsed(answer?.StackSet?.TemplateBody) as {
      Resources?: Record<string, Resource>;
    };
    const patterns = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    found.set(
      name,
      patterns.flatMap(({ Properties }) => tagsIn(Properties?.EventPattern)),
    );
  }
  return found;
}

/** What is no JSON, such as a template in YAML, none of these systems has made. */
function parsed(text: string | undefined): object {
  try {
    return JSON.parse(text ?? '{}') as object;
  } catch {
    return {};
  }
}

interface Resource {
  Type?: string;
  Properties?: { EventPattern?: unknown };
}

/** The tags to which a pattern of changed tags listens. */
function tagsIn(pattern: unknown): string[] {
  const { detail } = (pattern ?? {}) as { detail?: Record<string, unknown> };
  const keys = detail?.['changed-tag-keys'];
  return Array.isArray(keys) ? keys.map(String) : [];
}
