import type { Statement } from '../iam.ts';

const allow = (...actions: string[]): Statement[] => [{ Effect: 'Allow', Action: actions, Resource: '*' }];

/** Policies that AWS manages, as far as the local cloud knows them, by path and name (AWS Managed Policy Reference). */
const policies: ReadonlyMap<string, Statement[]> = new Map([
  ['AdministratorAccess', allow('*')],
  [
    'service-role/AWSLambdaBasicExecutionRole',
    allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'),
  ],
  [
    'AWSXRayDaemonWriteAccess',
    allow(
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ),
  ],
]);

/** Whether the ARN is that of a policy of AWS. */
export function isManagedByAws(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn);
}

/** The statements of a policy of AWS; undefined for one that the local cloud does not know. */
export function managedStatements(arn: string): readonly Statement[] | undefined {
  return isManagedByAws(arn) ? policies.get(arn.split(':policy/')[1]!) : undefined;
}
