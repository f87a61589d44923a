export { STATUS_TAG, TAG } from '../lambdas/shared/workflows/vpc-tag.ts';

/**
 * Names that more than one account, or a person with a command line, must know. They are public: changing one
 * replaces what bears it.
 */
export const SYSTEM = 'redis-privatelink';

/** The role in every member account that the hub's functions assume. */
export const CONNECTOR_ROLE = `${SYSTEM}-connector`;

/** The role in every member account that puts events on the hub's bus, followed by `-<Region>`. */
export const FORWARDER_ROLE = `${SYSTEM}-forwarder`;

export const HUB_STACK = `${SYSTEM}-hub`;
export const MEMBER_STACK = `${SYSTEM}-member`;
export const ORGANIZATION_STACK = `${SYSTEM}-organization`;

/** The StackSet that puts the member stack into the organization's accounts. */
export const MEMBER_STACK_SET = MEMBER_STACK;

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

/** The name under which a function is deployed. */
export function functionNameOf(call: string): string {
  return `${SYSTEM}-${DEPLOYED_AS[call] ?? call}`;
}

/**
 * The role of a function that works in member accounts. The connector role lets in these by name. It begins with the
 * stack's name, as CloudFormation's own names do: the connector roles of earlier versions let in whatever does.
 */
export function memberFunctionRole(call: string): string {
  return `${HUB_STACK}-${call}`;
}
