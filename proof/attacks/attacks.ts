/** Somebody who must not get what he is after, and what plays him. */
export interface Attack {
  attacker: string;
  /** What he tries. */
  tries: string;
  /** What he gets. */
  gets: string;
  stops: string;
  /** Where it is played. */
  file: string;
  /** The tests that play it: all whose full names contain this. */
  test: string;
}

const ATTACKS = 'test/workflows/attacks.test.ts';
const OWNING = 'test/workflows/owning.test.ts';
const DEVELOPER = 'a developer who may write tags';
const REDIS_CLOUD = 'whoever answers as Redis Cloud';
const ADMINISTRATOR = 'the administrator of a member account';
const LIAR = 'whoever has an operator start something';
const ROLE = 'whoever has the role of one function';
const BROWSER = 'a web page in a browser of this machine';

/** All of them, in the order of the page. What a test plays and nobody lists here, fails `test/proof/attacks`. */
export const attacks: readonly Attack[] = [
  {
    attacker: DEVELOPER,
    tries:
      "to have others' endpoints and groups deleted, announced or opened by giving them this system's tags",
    gets: 'nothing; a report that names them',
    stops: 'own is what the record says, too',
    file: OWNING,
    test: `${DEVELOPER} has nothing deleted, announced or opened that others have made`,
  },
  {
    attacker: DEVELOPER,
    tries: 'to put an endpoint of his in the place of a live one',
    gets: 'nothing',
    stops: 'own is what the record says, too',
    file: OWNING,
    test: `${DEVELOPER} cannot have a foreign endpoint take over a live connection by its age`,
  },
  {
    attacker: DEVELOPER,
    tries: 'to hide behind tags',
    gets: 'nothing',
    stops: 'reconciliations report what only tags call its own',
    file: OWNING,
    test: `${DEVELOPER} has it reported what only tags call this system's own`,
  },
  {
    attacker: DEVELOPER,
    tries: "to take the tags of this system's endpoint away",
    gets: 'his own VPC is not repaired any more, and no second endpoint is made',
    stops: 'the record; `config/protect-tags.scp.json` where it is attached',
    file: OWNING,
    test: `${DEVELOPER} who takes the tags away gets no second endpoint`,
  },
  {
    attacker: DEVELOPER,
    tries: "to have this system's group stay behind, by taking its tags away",
    gets: 'a report, and a note of the offboarding, that name the group',
    stops: 'what is recorded is looked for, too',
    file: OWNING,
    test: `${DEVELOPER} leaves no group behind unseen`,
  },
  {
    attacker: REDIS_CLOUD,
    tries: "to have VPCs connected to AWS's own services, or to another Region",
    gets: 'executions that fail with `UntrustedTarget`',
    stops: 'the form of the target, in the hub; the connector role',
    file: ATTACKS,
    test: `${REDIS_CLOUD} gets nobody connected to`,
  },
  {
    attacker: REDIS_CLOUD,
    tries: 'to bring anything else into accounts with the share that they accept',
    gets: 'executions that fail with `UntrustedTarget`, and shares that are not accepted',
    stops: 'a look into the share before it is accepted',
    file: ATTACKS,
    test: `${REDIS_CLOUD} brings nothing else into an account`,
  },
  {
    attacker: REDIS_CLOUD,
    tries: 'to move a connection to an account of his, or to have the good endpoint deleted',
    gets: 'executions that fail with `UntrustedTarget`, and say nothing of deleting',
    stops: 'the provider that is pinned',
    file: ATTACKS,
    test: `${REDIS_CLOUD} cannot move a connection`,
  },
  {
    attacker: ADMINISTRATOR,
    tries: "to announce something in the hub's name",
    gets: '`AccessDenied`',
    stops: "the bus's policy, and rules that look at the account",
    file: ATTACKS,
    test: `${ADMINISTRATOR} announces nothing`,
  },
  {
    attacker: ADMINISTRATOR,
    tries: 'to have approvers forget a refusal, by taking the tag away and setting it again',
    gets: 'no new question, and nothing connected',
    stops: 'the refusal lasts for `approvalHours`',
    file: 'test/workflows/approval.test.ts',
    test: 'is refused for its hours, also when the tag goes and comes again',
  },
  {
    attacker: ADMINISTRATOR,
    tries: 'to drown other accounts in questions to approvers',
    gets: 'ten questions at once',
    stops: 'the limit for each account; the next reconciliation asks about the others',
    file: 'test/workflows/approval.test.ts',
    test: 'asks about ten things of an account at once',
  },
  {
    attacker: ADMINISTRATOR,
    tries: 'to take all places of a reconciliation with thousands of VPCs',
    gets: 'his turn',
    stops: 'the places of a run go round by account',
    file: 'test/lambdas/reconcile/comparing/reconciliation.test.ts',
    test: 'an account with thousands of VPCs makes nobody wait',
  },
  {
    attacker: ADMINISTRATOR,
    tries: "to keep others waiting by writing a VPC's tag again and again",
    gets: 'one execution at first, and one after the last change',
    stops: 'changes of one VPC are taken one a minute',
    file: ATTACKS,
    test: 'keeps nobody waiting by writing a tag again and again',
  },
  {
    attacker: 'an owner who leaves',
    tries: 'to stay connected by an endpoint that he has made by hand',
    gets: 'nothing: the endpoint is cut, and a note says so',
    stops: "offboarding looks at all of the account's connections at Redis Cloud",
    file: ATTACKS,
    test: 'an owner who leaves keeps no connection',
  },
  {
    attacker: 'an owner who leaves',
    tries: 'to leave an endpoint behind that outlives his principal',
    gets: 'a message to operators that names it',
    stops: 'reconciliations tell, once, of each endpoint that no account has',
    file: ATTACKS,
    test: 'an owner who leaves keeps no endpoint of his own that nobody is told of',
  },
  {
    attacker: 'an owner who leaves',
    tries: 'to be let in after he has left, by an execution that waits or is redriven',
    gets: 'an execution that fails with `InvalidRequest`',
    stops: 'what admits an account asks Organizations first',
    file: ATTACKS,
    test: 'an owner who leaves is not let in again',
  },
  {
    attacker: LIAR,
    tries: 'to have the lock of a running execution released, by an event that says it has failed',
    gets: 'nothing',
    stops: '`clean-up` asks Step Functions about the execution itself',
    file: ATTACKS,
    test: `${LIAR} has no execution that runs cleaned up`,
  },
  {
    attacker: LIAR,
    tries: 'to have an account disconnected by an event that says it has left',
    gets: 'a malformed event, or one that starts nothing',
    stops: 'only the management account tells of others, and only what Organizations says counts',
    file: ATTACKS,
    test: `${LIAR} has nobody removed`,
  },
  {
    attacker: LIAR,
    tries: 'to write lines of his own into messages',
    gets: 'nothing',
    stops: 'what others wrote is quoted on one line, without what cannot be seen',
    file: 'test/hostile/events.test.ts',
    test: 'a message about a failure keeps its lines',
  },
  {
    attacker: ROLE,
    tries: 'to delete an endpoint with the role of a function that lists them',
    gets: 'what the function sees',
    stops: 'sessions of functions that only look change nothing',
    file: ATTACKS,
    test: `${ROLE} that lists deletes nothing`,
  },
  {
    attacker: ROLE,
    tries: 'to enter member accounts with another role of the hub account, under a name like theirs',
    gets: '`AccessDenied`',
    stops: 'the connector role names the roles exactly',
    file: ATTACKS,
    test: `${ROLE} that does not work in member accounts enters none`,
  },
  {
    attacker: ROLE,
    tries:
      'to write records, or to read the keys of Redis Cloud, with the role of another stack that may do everything',
    gets: 'what is in the table, which has no secrets',
    stops: 'the policies of table and secret',
    file: ATTACKS,
    test: `${ROLE} of another stack in the hub account neither writes`,
  },
  {
    attacker: BROWSER,
    tries: 'to call the local cloud of whoever runs `npm start -- --serve`',
    gets: 'status 403',
    stops: 'requests of a foreign `Origin` or to a foreign `Host` are refused',
    file: 'packages/local-cloud/test/aws/wire/front.test.ts',
    test: `${BROWSER} a request`,
  },
];
