/**
 * What another CDK app may use: the stacks, and what their configuration is read with. `bin/privatelink.ts` uses the
 * same. `examples/pipeline` deploys the hub inside a pipeline of its own.
 */

// All of it at once.
export { addStacks } from './app.ts';
export {
  type Configuration,
  ConfigurationError,
  loadConfiguration,
  parseConfiguration,
} from './configuration.ts';
// One by one. Each is a `Stack`, to be put into an `App` or a `Stage`.
export { HubStack as Hub, type HubStackProps as HubProps } from './hub-stack.ts';
export { MemberStack as Member, type MemberStackProps as MemberProps } from './member-stack.ts';
export {
  OrganizationStack as OrganizationRollout,
  type OrganizationStackProps as OrganizationRolloutProps,
} from './organization-stack.ts';
// Where they have to be.
export { memberRegions, organizationRegions } from './regions.ts';
