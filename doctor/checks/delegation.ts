import {
  DescribeResourcePolicyCommand,
  ListAccountsCommand,
  ListDelegatedAdministratorsCommand,
} from '@aws-sdk/client-organizations';
import { type DelegationStatement, delegationStatements } from '../../lib/delegation-policy.ts';
import { ORGANIZATIONS_REGION } from '../../lib/regions.ts';
import { ask, named, pages } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { CannotTell, elsewhere, type Finding, missing, ok } from '../finding.ts';
import { client, STACK_SETS } from './organization.ts';

// The hub asks Organizations by the organization's resource-based policy. Once it is no administrator of StackSets any
// more, nothing else lets it.

type OneOrMore<T> = T | T[];

/** A statement as somebody may have written it. */
interface Written {
  Sid?: string;
  Effect?: string;
  Principal?: '*' | { AWS?: OneOrMore<string> };
  Action?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  Condition?: object;
}

/** The organization's policy lets the hub account ask what it has to ask, as the management account sees it. */
export const delegation: Check = {
  name: 'the delegation policy',
  places: ['management'],
  async look(examination) {
    const { hubAccountId } = examination.configuration.organization;
    const content = await policy(examination);
    const statements = content === undefined ? [] : statementsOf(content);
    const lacking = delegationStatements(examination.configuration).filter(
      (needed) => !statements.some((one) => covers(one, needed)),
    );
    const isDelegate = await isAdministrator(examination);
    if (lacking.length > 0) {
      const actions = lacking.flatMap(({ Action }) => Action).join(', ');
      const how = isDelegate ? 'only as an administrator of StackSets' : 'not at all';
      return [
        missing(
          `the organization's delegation policy does not let the hub account ${hubAccountId} call ${actions}: it may ask ${how}`,
          content === undefined && examination.configuration.organization.delegationPolicy
            ? examination.deploy(`${examination.names.ORGANIZATION_STACK}-${ORGANIZATIONS_REGION}`)
            : putCommand(examination, statements),
        ),
      ];
    }
    const denied = statements.some(({ Effect }) => Effect !== 'Allow');
    const findings: Finding[] = [
      ok(`the delegation policy lets the hub account ${hubAccountId} ask Organizations`),
    ];
    if (denied) {
      findings.push(
        elsewhere('the delegation policy denies something too; the hub account sees whether it may ask'),
      );
    }
    if (isDelegate) {
      findings.push(
        missing(
          `the hub account ${hubAccountId} is a delegated administrator of StackSets, which may deploy anything into every account, and does not need it`,
          `aws organizations deregister-delegated-administrator --account-id ${hubAccountId} --service-principal ${STACK_SETS} (if npm run doctor in the hub account is well, and no StackSet of its own needs it)`,
        ),
      );
    }
    return findings;
  },
};

/** The same, as the hub account sees it. */
export const asking: Check = {
  name: 'the hub’s questions to Organizations',
  places: ['hub'],
  async look(examination) {
    try {
      await ask('organizations:ListAccounts', () =>
        client(examination).send(new ListAccountsCommand({ MaxResults: 1 })),
      );
    } catch (error) {
      if (!(error instanceof CannotTell)) throw error;
      // Organizations refuses an account that may not ask as it refuses a caller without the permission.
      const text = `whether the hub account may ask Organizations (why: ${error.message}); if the caller has the permission, it may not`;
      const command = `npm run doctor -- --config ${examination.config} in the management account`;
      return [{ status: 'cannot tell', text, command }];
    }
    return [ok('the hub account may ask Organizations')];
  },
};

async function policy(examination: Examination): Promise<string | undefined> {
  const answer = await ask(
    'organizations:DescribeResourcePolicy',
    () => client(examination).send(new DescribeResourcePolicyCommand({})),
    named('ResourcePolicyNotFoundException'),
  );
  return answer?.ResourcePolicy?.Content;
}

/** @throws CannotTell where the policy is none that can be read */
function statementsOf(content: string): Written[] {
  try {
    const { Statement } = JSON.parse(content) as { Statement: OneOrMore<Written> };
    return listed(Statement);
  } catch (cause) {
    throw new CannotTell('the policy is not JSON', { cause });
  }
}

/** Whether the statement lets do what is needed, whatever else it allows. One with a condition may not. */
function covers(written: Written, needed: DelegationStatement): boolean {
  const account = needed.Principal.AWS;
  const principals = written.Principal === '*' ? ['*'] : listed(written.Principal?.AWS);
  return (
    written.Effect === 'Allow' &&
    written.Condition === undefined &&
    principals.some((one) => one === '*' || one === account || one === account.split(':')[4]) &&
    needed.Action.every((action) => listed(written.Action).some((one) => matches(one, action))) &&
    listed(written.Resource).some((one) => matches(one, needed.Resource))
  );
}

/** Whether the pattern of a policy covers the text, which may be a pattern itself. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(text);
}

/** Puts the policy with what is missing and everything that is in it. */
function putCommand({ configuration }: Examination, statements: Written[]): string {
  const own = delegationStatements(configuration);
  const others = statements.filter(({ Sid }) => !own.some((one) => one.Sid === Sid));
  const content = { Version: '2012-10-17', Statement: [...others, ...own] };
  // In single quotes a shell takes everything but a single quote.
  const quoted = JSON.stringify(content).replaceAll("'", "'\\''");
  return `aws organizations put-resource-policy --content '${quoted}'`;
}

async function isAdministrator(examination: Examination): Promise<boolean> {
  const administrators = await pages(async (NextToken) => {
    const answer = await ask('organizations:ListDelegatedAdministrators', () =>
      client(examination).send(
        new ListDelegatedAdministratorsCommand({ ServicePrincipal: STACK_SETS, NextToken }),
      ),
    );
    return { items: answer?.DelegatedAdministrators, next: answer?.NextToken };
  });
  return administrators.some(({ Id }) => Id === examination.configuration.organization.hubAccountId);
}

function listed<T>(value: OneOrMore<T> | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
