import { AwsError, type Caller, type Guard } from '../aws/service.ts';
import type { FunctionConfiguration } from './configuration.ts';

const SERVICE = 'lambda.amazonaws.com';

/** A session of the function's role: whose calls the function's are. */
export function sessionOf({ accountId, region, role, name }: FunctionConfiguration): Caller {
  return {
    accountId,
    region,
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.split('/').at(-1)}/${name}`,
  };
}

/** @throws AwsError `InvalidParameterValueException` for a role that Lambda may not assume */
export function checkRole(configuration: FunctionConfiguration, guard: Guard | undefined): void {
  const { role, arn, accountId } = configuration;
  if (!guard || guard.serviceRole(role, SERVICE, { arn, accountId })) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  );
}

/**
 * The role makes the function's network interfaces ("Giving Lambda functions access to resources in an Amazon VPC").
 *
 * @throws AwsError `InvalidParameterValueException` in AWS's words if it may not
 */
export function checkNetwork(configuration: FunctionConfiguration, guard: Guard | undefined): void {
  const { network, accountId, region } = configuration;
  if (!guard || !network) return;
  const arn = (resource: string) => `arn:aws:ec2:${region}:${accountId}:${resource}`;
  const needed = [
    ...network.SubnetIds.map((id) => ['ec2:CreateNetworkInterface', arn(`subnet/${id}`)]),
    ...network.SecurityGroupIds.map((id) => ['ec2:CreateNetworkInterface', arn(`security-group/${id}`)]),
    ['ec2:CreateNetworkInterface', arn('network-interface/*')],
    ['ec2:DeleteNetworkInterface', arn('*/*')],
    ['ec2:DescribeNetworkInterfaces', '*'],
    ['ec2:DescribeSubnets', '*'],
  ] as [string, string][];
  const denied = needed.find(
    ([action, resource]) => !guard.permits(sessionOf(configuration), { action, resource }),
  );
  if (!denied) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The provided execution role does not have permissions to call ${denied[0].slice('ec2:'.length)} on EC2`,
  );
}

/**
 * What Lambda does for a function in the function's role: it writes the log and sends the traces. Without the
 * permissions the function runs all the same, and its lines are lost (Lambda Developer Guide, "Sending Lambda
 * function logs to CloudWatch Logs" and "Visualize Lambda function invocations using AWS X-Ray").
 */
export class Attendance {
  readonly streamName: string;
  readonly #configuration: FunctionConfiguration;
  readonly #guard: Guard | undefined;
  readonly #stream: string;
  readonly #hasStream: boolean;

  /** For one sandbox, which has a log stream of its own. */
  constructor(configuration: FunctionConfiguration, guard: Guard | undefined, streamName: string) {
    this.streamName = streamName;
    const { accountId, region, logGroup } = configuration;
    this.#configuration = configuration;
    this.#guard = guard;
    this.#stream = `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${streamName}`;
    this.#hasStream = this.#permits('logs:CreateLogStream', this.#stream);
  }

  /** For each invocation. Returns whether its lines reach the log. */
  begin(): boolean {
    if (this.#configuration.tracingMode === 'Active') {
      for (const action of ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']) this.#permits(action, '*');
    }
    return this.#hasStream && this.#permits('logs:PutLogEvents', this.#stream);
  }

  #permits(action: string, resource: string): boolean {
    return this.#guard?.permits(sessionOf(this.#configuration), { action, resource }) ?? true;
  }
}
