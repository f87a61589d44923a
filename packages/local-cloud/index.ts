/**
 * An organization on AWS in one process: deploys a synthesized CDK app, and runs its state machines and functions in
 * virtual time. Everything that may be used from outside is exported here; {@link LocalCloud} is the way in.
 */

// A cloud, and what is in it.
export type { AccountOptions, AccountState, Accounts } from './src/accounts.ts';
// What it tells.
export type { Denial } from './src/aws/authorization/denial.ts';
// Which permissions were used: where statements stand, as `LocalCloud.useOf` asks for them.
export { policySource, type Source, trustSource, type Use } from './src/aws/authorization/record.ts';
// Calls: who makes them, how they fail, and what takes their place.
export type { Caller, Place } from './src/aws/caller.ts';
export { embeddedPoints } from './src/aws/cloudwatch/embedded.ts';
export { associatedResource } from './src/aws/ec2/associations.ts';
// What can be counted on, and chance that repeats.
export { defaultEc2Timings } from './src/aws/ec2/ec2.ts';
export type { Ec2Ways } from './src/aws/ec2/state.ts';
export type { NetworkView } from './src/aws/ec2/view.ts';
// An account outside the organization that shares something.
export { zonesOf } from './src/aws/ec2/zones.ts';
export type { CloudEvent, GivenEvent } from './src/aws/events.ts';
export { type Conditions, conditionsHold } from './src/aws/iam/conditions.ts';
export { digest, Ids } from './src/aws/ids.ts';
export type { OrganizationSettings } from './src/aws/organization.ts';
export {
  defaultVisibility,
  type OfferedResource,
  type OfferedService,
  type OfferedShare,
  type Provider,
  type ProviderConnection,
  ProviderSide,
} from './src/aws/provider.ts';
export { type AwsCall, AwsError, AwsServices, ConnectionLost, type Intervention } from './src/aws/service.ts';
export type { PublishedMessage } from './src/aws/sns.ts';
export type { EventInterception } from './src/aws.ts';
// Its time.
export {
  Activity,
  type ActivityOptions,
  type Clock,
  RealClock,
  VirtualClock,
  type Waiting,
} from './src/clock.ts';
export { LocalCloud } from './src/cloud.ts';
export type { LocalCloudOptions } from './src/cloud-options.ts';
export { TemplateError } from './src/cloudformation/intrinsics.ts';
export type { Stack, StackResource } from './src/cloudformation/stack.ts';
export type { Change } from './src/cloudformation/update.ts';
export type { Conduct } from './src/conduct.ts';
export type { Fault, LogLine } from './src/lambda/lambda.ts';
export { statementOf } from './src/lambda/permission.ts';
export { PacedClock } from './src/paced-clock.ts';
export type { DeployedResource } from './src/resources.ts';
// Its addresses are for programs of this machine.
export { whyForeign } from './src/same-machine.ts';
export { Standstill, type What } from './src/standstill.ts';
export { Random } from './src/states/random.ts';
export {
  type ExecutionEvent,
  type ExecutionRecord,
  type ExecutionWait,
  StepFunctions,
  type StepFunctionsOptions,
} from './src/states/step-functions.ts';
// What answers tasks in place of the services of this cloud, or of the interpreter alone.
export {
  type Job,
  type Json,
  type Resource,
  StatesError,
  type TaskCall,
  type TaskServices,
} from './src/states/task-services.ts';
