import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  DescribePolicyCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
  type PolicySummary,
} from '@aws-sdk/client-organizations';
import { DEFAULT_SYSTEM, ofSystem } from '../../lambdas/shared/runtime/system.ts';
import { ask, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { elsewhere, type Finding, ok } from '../finding.ts';
import { client } from './organization.ts';

const FILE = 'config/protect-tags.scp.json';

/** A service control policy protects the tags of what this system makes. Not every organization can have it. */
export const tagPolicy: Check = {
  name: 'the policy that protects tags',
  places: ['management'],
  async look(examination) {
    const { SYSTEM } = examination.names;
    const text = readFileSync(new URL(`../../${FILE}`, import.meta.url), 'utf8');
    const needed = statementsOf(ofSystem(text, SYSTEM));
    for (const policy of await own(examination)) {
      const found = statementsOf(await contentOf(examination, policy.Id ?? ''));
      if (!needed.every((one) => found.some((other) => isDeepStrictEqual(one, other)))) continue;
      return [await attached(examination, policy)];
    }
    return [
      elsewhere(
        'no service control policy protects the tags and parameters of this system: a developer may take tags away, which stops his VPC (docs/security.md)',
        `aws organizations create-policy --type SERVICE_CONTROL_POLICY --name ${SYSTEM}-tags --description "Tags and parameters of ${SYSTEM}" --content ${contentFor(SYSTEM)}`,
      ),
    ];
  },
};

/** The file has the names of the default system. */
function contentFor(system: string): string {
  if (system === DEFAULT_SYSTEM.name) return `file://${FILE}`;
  return `"$(sed s/${DEFAULT_SYSTEM.name}/${system}/g ${FILE})"`;
}

async function own(examination: Examination): Promise<PolicySummary[]> {
  const all = await pages(async (NextToken) => {
    const answer = await ask('organizations:ListPolicies', () =>
      client(examination).send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY', NextToken })),
    );
    return { items: answer?.Policies, next: answer?.NextToken };
  });
  return all.filter(({ AwsManaged }) => !AwsManaged);
}

async function contentOf(examination: Examination, PolicyId: string): Promise<string> {
  const answer = await ask('organizations:DescribePolicy', () =>
    client(examination).send(new DescribePolicyCommand({ PolicyId })),
  );
  return answer?.Policy?.Content ?? '{}';
}

async function attached(examination: Examination, { Id: PolicyId, Name }: PolicySummary): Promise<Finding> {
  const targets = await pages(async (NextToken) => {
    const answer = await ask('organizations:ListTargetsForPolicy', () =>
      client(examination).send(new ListTargetsForPolicyCommand({ PolicyId, NextToken })),
    );
    return { items: answer?.Targets, next: answer?.NextToken };
  });
  if (targets.length > 0) {
    const ids = targets.map(({ TargetId }) => TargetId).join(', ');
    return ok(`the service control policy ${Name} protects the tags and parameters of this system in ${ids}`);
  }
  return elsewhere(
    `the service control policy ${Name} protects nothing: it is attached to nothing`,
    `aws organizations attach-policy --policy-id ${PolicyId} --target-id UNIT`,
  );
}

function statementsOf(content: string): unknown[] {
  const { Statement = [] } = JSON.parse(content) as { Statement?: unknown };
  return [Statement].flat();
}
