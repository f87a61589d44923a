import {
  AWS_UNAVAILABLE,
  CHANGE_DUE,
  EARLIER_REQUEST_UNDER_WAY,
  ENDPOINT_PENDING,
  FUNCTION_FAILURE,
  LAMBDA_FAILURE,
  LIST_THROTTLED,
  LISTING_UNFINISHED,
  LOOK_REFUSED,
  MEMBER_ROLE_PENDING,
  PERMISSION_PENDING,
  RATE_LIMITED,
  READING_BEGUN,
  READING_DUE,
  READING_UNANSWERED,
  REDIS_CLOUD_UNAVAILABLE,
  SECURITY_GROUP_IN_USE,
  SERVICE_FAILURE,
  SHARE_NOT_VISIBLE,
  START_FAILURE,
  SUBSCRIPTION_BUSY,
  TARGET_NOT_VISIBLE,
  TASK_OVERDUE,
  TASK_PENDING,
  TASK_UNKNOWN,
  TASK_WITHOUT_RESULT,
  VPC_NOT_READY,
  VPC_NOT_VISIBLE,
} from './retry-policies.ts';
import { type ErrorName, notRetried, type RetryPolicy } from './retry-policy.ts';

type Policies = readonly RetryPolicy[];

/** A call of Redis Cloud. It reads the secret and the budget of requests at AWS first. */
const REDIS_CLOUD: Policies = [RATE_LIMITED, REDIS_CLOUD_UNAVAILABLE, AWS_UNAVAILABLE];

/** A change of a subscription. */
const CHANGE: Policies = [CHANGE_DUE, ...REDIS_CLOUD];

/** A poll of a task of Redis Cloud. How the task ended is no reason to poll it again. */
const TASK: Policies = [TASK_UNKNOWN, RATE_LIMITED, REDIS_CLOUD_UNAVAILABLE, AWS_UNAVAILABLE];

/** A call of AWS, the table among it. */
const AWS: Policies = [AWS_UNAVAILABLE];

/** A function that calls nobody. */
const NOBODY: Policies = [];

/**
 * What a step retries because of the function that it invokes, under the name of its placeholder. Beside that,
 * every step that invokes a function retries `FUNCTION_FAILURE` and `LAMBDA_FAILURE`.
 */
export const FUNCTIONS: Readonly<Record<string, Policies>> = {
  AcceptResourceShare: [MEMBER_ROLE_PENDING, PERMISSION_PENDING, SHARE_NOT_VISIBLE, ...AWS],
  AddPrincipal: CHANGE,
  AnswerHolds: AWS,
  AskForApproval: AWS,
  AwaitChange: [TASK_OVERDUE, ...TASK],
  AwaitOnboarding: [EARLIER_REQUEST_UNDER_WAY, LIST_THROTTLED],
  CheckOffboardRequest: AWS,
  CheckOnboardRequest: [EARLIER_REQUEST_UNDER_WAY, ...AWS],
  CheckReconcileRequest: NOBODY,
  CheckRemoval: AWS,
  CheckRequest: NOBODY,
  CheckScriptRequest: AWS,
  CreatePrivateLink: CHANGE,
  CreateSecurityGroup: [PERMISSION_PENDING, VPC_NOT_VISIBLE, ...AWS],
  CreateVpcEndpoint: [PERMISSION_PENDING, VPC_NOT_VISIBLE, TARGET_NOT_VISIBLE, ...AWS],
  DecideOffboarding: NOBODY,
  DeleteParameters: AWS,
  DeletePrivateLink: CHANGE,
  DeleteSecurityGroup: [SECURITY_GROUP_IN_USE, ...AWS],
  DeleteVpcEndpoint: AWS,
  DescribeAccount: AWS,
  DescribeFailure: NOBODY,
  DescribeVpc: [
    MEMBER_ROLE_PENDING,
    PERMISSION_PENDING,
    VPC_NOT_READY,
    VPC_NOT_VISIBLE,
    TARGET_NOT_VISIBLE,
    ...AWS,
  ],
  DescribeVpcEndpoint: [PERMISSION_PENDING, ENDPOINT_PENDING, ...AWS],
  DisassociateConnections: CHANGE,
  GetEndpointScript: REDIS_CLOUD,
  GetPrivateLink: REDIS_CLOUD,
  GetSubscription: [SUBSCRIPTION_BUSY, ...REDIS_CLOUD],
  GetTask: [READING_BEGUN, TASK_PENDING, ...TASK],
  ModifyVpcEndpoint: [PERMISSION_PENDING, ...AWS],
  ReleaseLocks: AWS,
  ListOfferedAccounts: [LISTING_UNFINISHED, ...AWS],
  ListSecurityGroups: AWS,
  ListVpcEndpoints: AWS,
  LookIntoAccounts: [LOOK_REFUSED],
  ReleaseLock: AWS,
  PlanExecutions: AWS,
  PlanReconciliation: AWS,
  PublishParameters: [PERMISSION_PENDING, ...AWS],
  ReadEvent: NOBODY,
  ReadPrivateLink: [
    READING_BEGUN,
    READING_DUE,
    READING_UNANSWERED,
    TASK_OVERDUE,
    TASK_UNKNOWN,
    TASK_WITHOUT_RESULT,
    ...REDIS_CLOUD,
  ],
  RemovePrincipal: CHANGE,
  AcquireLock: AWS,
  SettleLeftovers: AWS,
  TellHolds: AWS,
  TellReport: AWS,
  WithdrawApproval: AWS,
};

/** What single steps retry beside that, by workflow and state. */
export const STEPS: Readonly<Record<string, Policies>> = {
  'endpoint-script / Ask for endpoint script': [SUBSCRIPTION_BUSY],
  'reconcile / Read PrivateLink': [SUBSCRIPTION_BUSY],
};

/** What of a Task state decides what it retries. */
export interface Task {
  readonly Resource: string;
  readonly Arguments?: object;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
}

/**
 * The retriers of a step, in their order.
 *
 * @param step `onboard / Add principal`
 * @throws Error if it invokes a function that `FUNCTIONS` does not list
 */
export function retriersOf(step: string, task: Task): RetryPolicy[] {
  const resource = task.Resource.replace(/^arn:aws:states:::/, '');
  if (/^lambda:invoke(\.waitForTaskToken)?$/.test(resource)) {
    const { FunctionName = '' } = (task.Arguments ?? {}) as { FunctionName?: string };
    const name = /^\$\{(\w+)\}$/.exec(FunctionName)?.[1] ?? FunctionName;
    const policies = FUNCTIONS[name];
    if (!policies) {
      throw new Error(`${step} invokes ${name}. Write into statemachines/retries.ts what is retried of it.`);
    }
    return [...(STEPS[step] ?? []), ...policies, FUNCTION_FAILURE, LAMBDA_FAILURE];
  }
  if (resource.includes('.sync')) return [START_FAILURE];
  const answers = (task.Catch ?? []).flatMap(({ ErrorEquals }) => ErrorEquals).filter(isOfService);
  return [...answers.map((answer) => notRetried(answer)), SERVICE_FAILURE];
}

/** Whether a service has its errors' names: our own and those of the language have no or another prefix. */
function isOfService(error: string): error is ErrorName {
  return /^(?!States\.)\w+\.\w+$/.test(error);
}
