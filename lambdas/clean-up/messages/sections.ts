// Made from docs/operations.md by `npm run runbook`.

/** What to look at and what to do about a failure, by the heading of its section in the runbook. */
export const SECTIONS: Readonly<Record<string, { investigation: string; resolution: string }>> = {
  AccessDenied: {
    investigation:
      'The message says who refused, and for AWS the action, the role and the Region. Look for a service control policy that denies the action.',
    resolution:
      'Correct the keys in Redis Cloud or in the secret; for AWS deploy the hub or the member stack again. Redrive.',
  },
  AccountNotFound: {
    investigation:
      'Is the account yours? Does the delegation policy let the hub ask this organization? `npm run doctor` says so.',
    resolution:
      'Nothing, if the account is not yours. Otherwise put the policy that the doctor prints, and redrive.',
  },
  'Any other error': {
    investigation: 'The cause, and the step in the history; for a function its log (alarm `defects`).',
    resolution: 'Redrive. If it ends so again, report it as a defect.',
  },
  ApprovalRefused: {
    investigation:
      'The table: `pk` `account#<id>`, `sk` `approval#<connection>` or `approval#<connection>#<vpc>`.',
    resolution: 'Nothing, or take the tag from the VPC. Redrive to ask again.',
  },
  ApprovalTimedOut: {
    investigation:
      'Has the topic a subscription that people read? `aws sns list-subscriptions-by-topic --topic-arn TOPIC`.',
    resolution: 'Redrive to ask again. The next reconciliation asks again too.',
  },
  AwsUnavailable: {
    investigation:
      'The message names the call. The AWS Health Dashboard shows whether the service has trouble.',
    resolution: 'Redrive: the role is assumed again.',
  },
  ChangeDue: {
    investigation:
      'The message says which. The item `refused` beside the durations of changes in the table says when a change was refused. The execution that was refused has `SubscriptionBusy` in its history.',
    resolution: 'Nothing; redrive if an execution has ended with it.',
  },
  ContractMismatch: {
    investigation: 'The message says which.',
    resolution: 'Set `contract` as it says, deploy the hub, start a new execution.',
  },
  EndpointAlreadyRequested: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  EndpointFailed: {
    investigation: 'Is the account among the principals?',
    resolution: 'Redrive: the execution deletes the endpoint and makes another.',
  },
  EndpointNotFound: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  EndpointNotStaying: {
    investigation: 'Find in CloudTrail of the member account who deletes it.',
    resolution: 'Stop that, then redrive.',
  },
  EndpointPending: {
    investigation:
      'The endpoint in the VPC console of the member account. `pendingAcceptance` means that Redis Cloud has not accepted it.',
    resolution: 'Redrive when it is available, or delete it and start a new execution.',
  },
  EventOver: {
    investigation: 'The message says of when the event is. `npm run doctor` looks at the queues on its way.',
    resolution:
      'Nothing is to be done, and nothing was changed. If many come late, look at the rules and queues of the account.',
  },
  InvalidRequest: {
    investigation: 'The message lists every problem, with an example.',
    resolution: 'Correct the input, or the configuration and deploy the hub. Start a new execution.',
  },
  InvitationExpired: {
    investigation: 'The principal in Redis Cloud, and the invitations in AWS RAM of the member account.',
    resolution:
      'Remove the account from the principals in Redis Cloud, then start a new execution: it is admitted and invited again.',
  },
  ListingUnfinished: {
    investigation:
      'If a reconciliation says that the list of accounts is incomplete, see its last attempt in the history.',
    resolution: 'Nothing; the next reconciliation lists the accounts again.',
  },
  LockLost: {
    investigation: 'The item `holder` of the lock in the table says whose.',
    resolution: 'Nothing: it looks again and acquires the lock again by itself.',
  },
  MalformedEvent: {
    investigation: 'The message in the queue holds the event and the reason.',
    resolution:
      'If AWS has changed the form, `lambdas/dispatch/planning/event.ts` must learn it. Until then start `onboard` by hand with the account and the VPC that the event names. A redrive fails again.',
  },
  MemberRoleNotAssumable: {
    investigation:
      "Is the member stack there, in the hub's Region? Does its external id match? Is the account active, and the Region enabled in it?",
    resolution:
      "Repair that and redrive. For an account that must not have the stack, set `handOver: script` on the connection. Deploy the hub and start a new execution. It stores the endpoint script for the account's owner.",
  },
  NotSupported: {
    investigation: "The message holds Redis Cloud's code.",
    resolution: 'Take the connection out of the configuration, or ask Redis. Start a new execution.',
  },
  OffboardingNotEnding: {
    investigation:
      'The message says what. Look at the subscription in the Redis Cloud console. Of accounts it says which, with the error and cause of each: read the section of that error.',
    resolution: 'Redrive.',
  },
  OffboardingUnderWay: {
    investigation: 'The message names that execution. See what it waits for.',
    resolution: 'Let it end, or stop it; then redrive.',
  },
  OnboardingUnderWay: {
    investigation: 'The message names that execution. See what it waits for.',
    resolution: 'Let it end, or stop it; then redrive.',
  },
  PreconditionFailed: {
    investigation: 'The message says what, often with the command.',
    resolution:
      "- `enableDnsSupport`, `enableDnsHostnames`: Switch them on for the VPC; the commands are in the message. Redrive.\n- subnets that cannot take the endpoint: It says for each why: zone, free addresses (16 for `resource-share`), tag. Create one that can. Redrive.\n- no subnet after so many minutes: Create subnets. Redrive; the wait begins again.\n- a security group that is not there or lets too little in: Create it, or add TCP 10000-19999 and 8070. Redrive.\n- a security group that is not this system's: Rename or delete it, or name it in the connection. Redrive, or start a new execution after a change of the configuration.\n- an endpoint whose tags somebody has changed: Set the tags that the message names. Redrive. CloudTrail of the account says who has changed them.\n- an endpoint that this system has not made: Have it taken over: let its owner set the tags of the message, and start `onboard` by hand with its `vpcEndpointId`. Or let its owner delete it, then redrive. See adopting.md.\n- a VPC that belongs to another account: It is a shared VPC. Let its owner tag it. Nothing is made for participants; they use the owner's endpoint.\n- an endpoint that cannot be taken over: The message says why. Correct the id, or let its owner set the tags. Start a new execution.\n- an answer that a workflow cannot carry, too many VPCs to compare, too many accounts to offboard: See limits.\n- an endpoint that leads to something else: Compare both names with the Redis Cloud console. If the old one is gone there, the PrivateLink was made again: delete the endpoint, start a new execution. If not, keep it, and tell Redis.\n- an invitation that somebody rejected: Remove the principal in Redis Cloud. Start a new execution.\n- a feature that is not enabled, or too many databases: Ask Redis, or move databases. Redrive.",
  },
  PrincipalAlreadyExists: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  PrincipalNotFound: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  PrivateLinkAlreadyExists: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  PrivateLinkNotFound: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  PrivateLinkNotReady: {
    investigation: 'The message says what Redis Cloud reports. Look into its console.',
    resolution: 'Redrive.',
  },
  QuotaExceeded: {
    investigation: 'The message names it; Service Quotas of that account shows its use.',
    resolution: 'Ask for more, or delete what is not used. Redrive.',
  },
  RateLimited: {
    investigation: 'Who else uses the same account key? Is the alarm `rate-limited` raised?',
    resolution: 'Redrive later.',
  },
  ReadingBegun: {
    investigation: 'If it goes on for long, Redis Cloud does not finish the task: see `TaskPending`.',
    resolution: 'Nothing; redrive if an execution has ended with it.',
  },
  ReadingDue: {
    investigation: 'As for `ReadingBegun`.',
    resolution: 'Nothing; redrive if an execution has ended with it.',
  },
  RedisCloudUnavailable: {
    investigation:
      "The message says whether it was not reached, too slow, or wrong. Check `redisCloud.apiUrl` and Redis's status page.",
    resolution: 'Redrive.',
  },
  ScriptNotStored: {
    investigation: 'The message names that execution.',
    resolution: 'Redrive: it starts another one.',
  },
  SecretInvalid: {
    investigation:
      'Whether the secret has a value: `aws secretsmanager describe-secret --secret-id redis-privatelink/redis-cloud`.',
    resolution:
      'Put the keys there, then redrive:\n  aws secretsmanager put-secret-value --secret-id redis-privatelink/redis-cloud --secret-string file://keys.json',
  },
  SecurityGroupInUse: {
    investigation:
      'Which network interfaces use the group: an endpoint that is being deleted, or something that a person has put into it.',
    resolution: 'Take that out. The next reconciliations remove the group; nothing is to be redriven.',
  },
  ShareNotAccepted: {
    investigation: 'Only if an execution has ended with it: the step before, in its history.',
    resolution: 'Redrive: it looks from the start. If that ends so too, it is a defect of this project.',
  },
  ShareNotVisible: {
    investigation:
      "Is the account among the principals in Redis Cloud? In AWS RAM of the member account, in the connection's Region, look under *Shared with me*.",
    resolution:
      'If the principal is not there, start a new execution. If it is, remove it in Redis Cloud and start a new execution.',
  },
  SubnetsNotReady: {
    investigation: 'The subnets of the VPC: zones, free addresses, tags.',
    resolution: 'Create subnets. The execution goes on by itself; redrive one that has ended.',
  },
  SubscriptionBusy: {
    investigation:
      'The message names the subscription, and its status if Redis Cloud tells it. The subscriptions in the Redis Cloud console.',
    resolution: 'Redrive when they are active.',
  },
  SubscriptionNotFound: {
    investigation: 'The number of the subscription, and of the region, in the Redis Cloud console.',
    resolution: 'Correct `subscriptionId` or `activeActiveRegionId`, deploy the hub, start a new execution.',
  },
  TargetNotVisible: { investigation: 'Is the PrivateLink active in Redis Cloud?', resolution: 'Redrive.' },
  TaskFailed: {
    investigation: 'The message has the code and the task id. Look into the Redis Cloud console.',
    resolution: 'Redrive, and if it fails again, ask Redis support.',
  },
  TaskPending: {
    investigation: "The subscription in the Redis Cloud console, and Redis's status page.",
    resolution:
      'When it moves again, redrive. If it does not, give Redis support the task id from the message.',
  },
  TaskUnknown: {
    investigation: "The subscription in the Redis Cloud console, and Redis's status page.",
    resolution: 'Redrive. If it happens again, give Redis support the task id.',
  },
  TaskWithoutResult: {
    investigation:
      "The message holds Redis Cloud's words and the task id. The subscription in the Redis Cloud console, and Redis's status page.",
    resolution:
      'Redrive: it looks at what is there and asks again. If it happens again, give Redis support the task id.',
  },
  'Timed out': {
    investigation:
      'The line of that subscription in the table: who has the lock, and does that execution run?',
    resolution: 'A lock whose holder has ended is taken within 15 minutes. Redrive or start a new execution.',
  },
  UntrustedTarget: {
    investigation:
      'The message names what is handed over. Open the subscription in the Redis Cloud console, and compare. `npm run doctor` shows the account that handed it over first.',
    resolution:
      "- The console shows something else: Somebody answers in Redis Cloud's place, or the answer was wrong. Look at `redisCloud.apiUrl`. Tell Redis. Redrive when the answers agree.\n- The console shows the same account: Ask Redis whether the account is theirs. If so, set it as `providerAccountId` of the connection, and deploy the hub. Start a new execution.\n- The Region is another one: Correct `region` of the connection, deploy the hub, start a new execution.",
  },
  VpcNotFound: {
    investigation: 'The id, the account and the Region; CloudTrail, whether it was deleted.',
    resolution:
      'If it was deleted, nothing is to be done. Otherwise correct the input and start a new execution.',
  },
  VpcNotReady: {
    investigation: 'The message says what is missing, and has the command that switches the attributes on.',
    resolution: 'Do what the message says. The execution goes on by itself; redrive one that has ended.',
  },
};
