import { askForApproval, withdrawApproval } from './functions/approval.ts';
import { describeAccount, memberFunctions } from './functions/aws.ts';
import { describeFailure, releaseLocks } from './functions/clean-up.ts';
import { lookAtAccount, planExecutions, readEvent } from './functions/dispatch.ts';
import { checkRequest, checkScriptRequest } from './functions/endpoint-script.ts';
import { acquireLock, releaseLock, watchLocks } from './functions/locks.ts';
import { recordMetrics } from './functions/measuring.ts';
import {
  answerHolds,
  awaitOnboarding,
  checkOffboardRequest,
  checkRemoval,
  decideOffboarding,
  settleLeftovers,
  tellHolds,
} from './functions/offboard.ts';
import { checkOnboardRequest } from './functions/onboard.ts';
import {
  checkReconcileRequest,
  listOfferedAccounts,
  planReconciliation,
  tellReport,
} from './functions/reconcile.ts';
import { redisCloudFunctions } from './functions/redis-cloud.ts';
import { writeStatus } from './functions/status.ts';
import type { Hub } from './hub.ts';

/** All functions of the hub. */
export type Functions = ReturnType<typeof hubFunctions>;

/**
 * Makes all functions, each under the name of its placeholder in the workflows. `functions/` has a file for each
 * folder of `lambdas/`: what a function needs and what it may do.
 */
export function hubFunctions(hub: Hub) {
  // The template lists them in this order. Keep it, so that a comparison of templates shows only what has changed.
  return {
    redisCloud: redisCloudFunctions(hub),
    member: memberFunctions(hub),
    CheckRequest: checkRequest(hub),
    CheckOffboardRequest: checkOffboardRequest(hub),
    CheckReconcileRequest: checkReconcileRequest(hub),
    ReadEvent: readEvent(hub),
    PlanExecutions: planExecutions(hub),
    DecideOffboarding: decideOffboarding(hub),
    AcquireLock: acquireLock(hub),
    ReleaseLock: releaseLock(hub),
    ReleaseLocks: releaseLocks(hub),
    WatchLocks: watchLocks(hub),
    AskForApproval: askForApproval(hub),
    WithdrawApproval: withdrawApproval(hub),
    AwaitOnboarding: awaitOnboarding(hub),
    CheckOnboardRequest: checkOnboardRequest(hub),
    ListOfferedAccounts: listOfferedAccounts(hub),
    PlanReconciliation: planReconciliation(hub),
    DescribeAccount: describeAccount(hub),
    DescribeFailure: describeFailure(hub),
    RecordMetrics: recordMetrics(hub),
    CheckRemoval: checkRemoval(hub),
    TellHolds: tellHolds(hub),
    AnswerHolds: answerHolds(hub),
    SettleLeftovers: settleLeftovers(hub),
    TellReport: tellReport(hub),
    CheckScriptRequest: checkScriptRequest(hub),
    WriteStatus: writeStatus(hub),
    LookAtAccount: lookAtAccount(hub),
  };
}
