import type { AwsCall, ExecutionRecord } from 'local-cloud';
import type { IncomingRequest, Interception } from '../../../local/redis-cloud/faults.ts';
import type { Site } from '../../../proof/faults/trace.ts';
import { HOUR, type Lab, MINUTE } from '../harness.ts';

interface Change {
  execution: ExecutionRecord;
  /** Whether its execution has ended since: Redis Cloud goes on with the change, and nobody awaits it. */
  isAbandoned: boolean;
}

/** What is the system's own goes by. */
const HARMLESS = new Set(['dynamodb', 'sqs', 'states']);

/** In milliseconds: whatever has caused a removal is over for so long before it, where it was a mistake. */
const ALL_ALONG = 30 * MINUTE;

/** What is known of the organization, and since when it is so: milliseconds since the epoch. */
export interface Organization {
  /** Since when the account is not in it; undefined: it is. */
  outsideSince(accountId: string): number | undefined;
  /** Since when the VPC is to be connected, by its tag and its account's place; undefined: it is not. */
  wantedSince(accountId: string, vpcId: string, connection: string): number | undefined;
}

/**
 * Watches the calls of this system, and notes whatever may never happen: that something is deleted that the system
 * did not make, that two executions change one subscription at once, that an account outside the organization is
 * admitted, that more goes in an hour than the budget lets go, and that a VPC is disconnected which was to be connected all along and which nobody has disconnected by
 * hand or tries to delete. It knows what the system has made from its calls alone.
 */
export class Guard {
  readonly violations: string[] = [];
  /** Endpoints, security groups, parameters, PrivateLinks and principals, by their ids. */
  readonly #made = new Set<string>();
  readonly #changes = new Map<number, Change>();
  /** VPCs of the endpoints that it has made. */
  readonly #vpcs = new Map<string, string>();
  readonly #lab: Lab;
  readonly #organization: Organization;
  readonly #budget: number;
  /** When what goes was looked at, by connection and then by account or VPC: milliseconds since the epoch. */
  readonly #gone = new Map<string, Map<string, number>>();
  readonly #unobserve: () => void;

  constructor(lab: Lab, organization: Organization, budget: number) {
    this.#lab = lab;
    this.#budget = budget;
    this.#organization = organization;
    this.#unobserve = lab.cloud.observeExecutions((execution, { type }) => {
      if (!/^Execution(Aborted|Failed|TimedOut)$/.test(type)) return;
      for (const change of this.#changes.values()) {
        if (change.execution === execution) change.isAbandoned = true;
      }
    });
  }

  end(): void {
    this.#unobserve();
  }

  hasMade(id: string): boolean {
    return this.#made.has(id);
  }

  hasAdmitted(subscriptionId: number, accountId: string, regionId?: number): boolean {
    return this.#made.has(principalOf({ subscriptionId, regionId }, accountId));
  }

  /** A person has asked that an account be expelled, whoever has admitted it. */
  permitExpulsion(subscriptionId: number, accountId: string, regionId?: number): void {
    this.#made.add(principalOf({ subscriptionId, regionId }, accountId));
  }

  /** A person changes the subscription. */
  byHand(subscriptionId: number): void {
    this.#changes.delete(subscriptionId);
  }

  /** A call of the system that reaches AWS. */
  async aws(
    { execution, workflow }: Site,
    { service, action, input, caller }: AwsCall,
    proceed: () => Promise<unknown>,
  ): Promise<unknown> {
    const { accountId, region } = caller;
    const given = input as Record<string, unknown>;
    const parameter = (name: unknown) => `${accountId} ${region} ${name}`;
    switch (action) {
      case 'DeleteVpcEndpoints':
        for (const id of given.VpcEndpointIds as string[]) {
          this.#checkDeletion(action, id);
          // An onboarding deletes only what never comes back to life.
          if (workflow === 'offboard') {
            this.#checkAvailability(execution, accountId, id);
            this.#checkBudget(execution);
          }
        }
        break;
      case 'DeleteSecurityGroup':
        this.#checkDeletion(action, String(given.GroupId));
        break;
      case 'DeleteParameters':
        for (const name of given.Names as string[]) this.#checkDeletion(action, parameter(name));
        break;
      default:
        if (/^(Delete|Remove|Revoke|Disassociate|Terminate)/.test(action) && !HARMLESS.has(service)) {
          this.violations.push(`${action} in ${accountId}: ${JSON.stringify(input)}`);
        }
    }
    const answer = (await proceed()) as Record<string, unknown>;
    if (action === 'CreateVpcEndpoint') {
      const { VpcEndpointId } = answer.VpcEndpoint as { VpcEndpointId: string };
      this.#made.add(VpcEndpointId);
      this.#vpcs.set(VpcEndpointId, String(given.VpcId));
    }
    if (action === 'CreateSecurityGroup') this.#made.add(String(answer.GroupId));
    if (action === 'PutParameter') this.#made.add(parameter(given.Name));
    return answer;
  }

  /** A request of the system that reaches Redis Cloud, with what happens to it. */
  redisCloud({ execution }: Site, request: IncomingRequest, interception: Interception | undefined): void {
    const { operation, subscriptionId = 0 } = request;
    const isCarriedOut =
      interception === undefined || interception === 'lose-answer' || interception === 'empty-answer';
    if (!isCarriedOut || !operation || operation.startsWith('get') || operation.startsWith('list')) return;
    const body = JSON.parse(request.body || '{}') as Record<string, unknown>;
    const change = this.#changes.get(subscriptionId);
    if (this.#lab.isProcessing(subscriptionId)) {
      if (change && change.execution !== execution && !change.isAbandoned) {
        this.violations.push(
          `${execution.name} asks for ${operation} of ${subscriptionId} during a change of ${change.execution.name}`,
        );
      }
      return;
    }
    if (!this.#lab.redisCloud.isActive(subscriptionId)) return;
    this.#changes.set(subscriptionId, { execution, isAbandoned: false });
    const admits = operation === 'createPrivateLink' || operation === 'addPrincipal';
    const principals = [body.principal, body.principals].flat().filter((one) => typeof one === 'string');
    for (const one of admits ? principals : []) this.#checkMembership(execution, one);
    switch (operation) {
      case 'createPrivateLink':
        this.#made.add(linkOf(request));
        for (const one of principals) this.#made.add(principalOf(request, one));
        break;
      case 'addPrincipal':
        for (const one of principals) this.#made.add(principalOf(request, one));
        break;
      case 'removePrincipal':
        for (const one of principals) this.#checkDeletion(operation, principalOf(request, one));
        break;
      case 'disassociateConnections':
        for (const id of this.#endpointsOf(body)) this.#checkDeletion(operation, id);
        break;
      case 'deletePrivateLink':
        this.#checkDeletion(operation, linkOf(request));
    }
  }

  #endpointsOf({ connections = [], endpointIds = [] }: Record<string, unknown>): string[] {
    const all = this.#lab.provider.allConnections();
    const named = (connections as { associationId: string }[]).map(
      ({ associationId }) =>
        all.find((one) => one.associationId === associationId)?.vpcEndpointId ?? associationId,
    );
    return [...named, ...(endpointIds as string[])];
  }

  /** Organizations is asked when an execution begins. */
  #checkMembership({ name, startDate }: ExecutionRecord, principal: string): void {
    const accountId = /\d{12}/.exec(principal)?.[0] ?? '';
    const since = this.#organization.outsideSince(accountId);
    if (since !== undefined && since < startDate) {
      this.violations.push(`${name} admits ${accountId}, which is outside the organization`);
    }
  }

  #checkAvailability({ name, startDate, input }: ExecutionRecord, accountId: string, id: string): void {
    const { connection, because } = JSON.parse(input) as { connection: string; because?: string };
    if (because === undefined || because === 'vpc-deletion-refused') return;
    const since = this.#organization.wantedSince(accountId, this.#vpcs.get(id) ?? '', connection);
    if (since !== undefined && since < startDate - ALL_ALONG) {
      this.violations.push(`${name} deletes ${id}, whose VPC was to be connected all along (${because})`);
    }
  }

  /** What a person has asked for or released takes nothing, and what is left over was disconnected before. */
  #checkBudget({ name, input, history }: ExecutionRecord): void {
    const { connection, accountId, vpcId, because, released } = JSON.parse(input) as Record<string, string>;
    if (because === undefined || because === 'leftover' || released) return;
    const looked = history.find(
      ({ type, details }) => type === 'TaskStateExited' && details?.name === 'Check removal',
    );
    if (!looked) {
      this.violations.push(`${name} deletes something without a look whether it is still to go`);
      return;
    }
    const gone = this.#gone.get(connection!) ?? new Map<string, number>();
    this.#gone.set(connection!, gone);
    const at = Number(looked.timestamp);
    gone.set(`${accountId}/${vpcId ?? ''}`, at);
    const within = (end: number) => [...gone.values()].filter((one) => one <= end && end - one < HOUR).length;
    const most = Math.max(...[...gone.values()].map(within));
    if (most > this.#budget) {
      this.violations.push(`${name} is of ${most} removals of ${connection} in an hour, not ${this.#budget}`);
    }
  }

  #checkDeletion(action: string, id: string): void {
    if (!this.#made.has(id)) this.violations.push(`${action} of ${id}, which this system has not made`);
  }
}

interface Region {
  subscriptionId?: number;
  regionId?: number | undefined;
}

function linkOf({ subscriptionId, regionId = 0 }: Region): string {
  return `PrivateLink ${subscriptionId}/${regionId}`;
}

function principalOf(region: Region, principal: string): string {
  return `${/\d{12}/.exec(principal)?.[0]} at ${linkOf(region)}`;
}
