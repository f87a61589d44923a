import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULT_SYSTEM } from '../lambdas/shared/runtime/system.ts';

/** One deployment of this product. An organization may have several beside each other. */
export interface System {
  /** What everything is called that it makes, or how its name begins. */
  name: string;
  /** The tag by which VPCs ask it for connections. */
  tag: string;
}

/**
 * Functions that deployments have under another name than that of their file. A function's log has its name, and a new
 * name would replace both.
 */
export const DEPLOYED_AS: Readonly<Record<string, string>> = {
  'acquire-lock': 'take-turn',
  'release-lock': 'pass-turn',
  'release-locks': 'let-go',
  'watch-locks': 'watch-turns',
};

/** The names of a system. */
export type Names = ReturnType<typeof namesOf>;

/**
 * Names that more than one account, or a person with a command line, must know. They are public: changing one
 * replaces what bears it.
 */
export function namesOf({ name: SYSTEM, tag: TAG }: System) {
  const HUB_STACK = `${SYSTEM}-hub`;
  const MEMBER_STACK = `${SYSTEM}-member`;
  return {
    SYSTEM,
    TAG,
    /** The tag in which VPCs are told how it stands with them. */
    STATUS_TAG: `${SYSTEM}:status`,
    /** The tag of all that this system makes, with its name. */
    MANAGED_BY_TAG: `${SYSTEM}:managed-by`,
    /** The tags of what this system makes in EC2. */
    OWN_TAGS: ['Name', ...['connection', 'execution', 'managed-by'].map((key) => `${SYSTEM}:${key}`)],
    /** The role in every member account that the hub's functions assume. */
    CONNECTOR_ROLE: `${SYSTEM}-connector`,
    /** The role in every member account that puts events on the hub's bus, followed by `-<Region>`. */
    FORWARDER_ROLE: `${SYSTEM}-forwarder`,
    HUB_STACK,
    MEMBER_STACK,
    ORGANIZATION_STACK: `${SYSTEM}-organization`,
    /** The StackSet that puts the member stack into the organization's accounts. */
    MEMBER_STACK_SET: MEMBER_STACK,
    /** The name of a rule in a member account or the management account, `VpcTagged` for example. */
    ruleNameOf: (rule: string) => `${SYSTEM}-${rule.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`,
    /** The name under which a function is deployed. */
    functionNameOf: (call: string) => `${SYSTEM}-${DEPLOYED_AS[call] ?? call}`,
    /**
     * The role of a function that works in member accounts. The connector role lets in these by name. It begins with the
     * stack's name, as CloudFormation's own names do: the connector roles of earlier versions let in whatever does.
     */
    memberFunctionRole: (call: string) => `${HUB_STACK}-${call}`,
  };
}

/** Those of the system that an organization has if it has one. */
export const DEFAULT_NAMES = namesOf(DEFAULT_SYSTEM);

const KEY = 'redis-privatelink:system';

/** From now on what is made in the stack has the system's names. Returns them. */
export function nameAfter(stack: Stack, system: System): Names {
  stack.node.setContext(KEY, system);
  return namesOf(system);
}

/** The names of the system that a construct is of. */
export function namesIn(scope: Construct): Names {
  return namesOf(scope.node.getContext(KEY) as System);
}

/** The names of the system, as its functions are told them. The default one needs none. */
export function systemEnvironment(scope: Construct): Record<string, string> {
  const { SYSTEM, TAG } = namesIn(scope);
  return {
    ...(SYSTEM !== DEFAULT_SYSTEM.name && { SYSTEM_NAME: SYSTEM }),
    ...(TAG !== DEFAULT_SYSTEM.tag && { SYSTEM_TAG: TAG }),
  };
}

/** The workflow of a state machine, by the latter's name. No system's name has a hyphen but that of the default one. */
export function workflowIn(stateMachine: string): string {
  return stateMachine.replace(new RegExp(`^(${DEFAULT_SYSTEM.name}|[a-z0-9]+)-`), '');
}
