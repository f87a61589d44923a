// What an update of a deployment must not delete or replace: whatever keeps something, and whatever has a name by
// which other accounts, people or CloudFormation itself know it.

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

export interface Template {
  Resources: Record<string, Resource>;
}

/** A resource as it is recorded: its type, and the properties whose change makes CloudFormation replace it. */
export interface Recorded {
  type: string;
  fixed: Record<string, unknown>;
}

/** By stack, then by logical id. */
export type Recording = Record<string, Record<string, Recorded>>;

/**
 * Properties with "Update requires: Replacement" in the CloudFormation Template Reference, by type; the name, where a
 * resource may have one, comes first.
 */
const FIXED: Record<string, string[]> = {
  'AWS::CloudFormation::StackSet': ['StackSetName', 'PermissionModel', 'CallAs'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Rule': ['Name', 'EventBusName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName', 'Path'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Scheduler::Schedule': ['Name'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/** They keep something, so they are guarded with or without a name. */
export const KEEPING: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** They keep nothing and nobody knows them: a new one is as good as the old one. */
const FREE = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::AnomalyDetector',
  'AWS::Events::EventBusPolicy',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/**
 * What of a template is guarded.
 *
 * @throws Error for a type of which this file does not say whether it is
 */
export function guarded({ Resources }: Template): Record<string, Recorded> {
  const found: Record<string, Recorded> = {};
  for (const [logicalId, { Type: type, Properties = {} }] of Object.entries(Resources)) {
    const properties = FIXED[type];
    if (!properties && !FREE.has(type)) {
      throw new Error(`${logicalId}: say in test/lib/upgrade/guard.ts whether a ${type} is guarded.`);
    }
    if (!properties || (!KEEPING.has(type) && Properties[properties[0]!] === undefined)) continue;
    const fixed = properties.filter((name) => Properties[name] !== undefined);
    found[logicalId] = { type, fixed: Object.fromEntries(fixed.map((name) => [name, Properties[name]])) };
  }
  return found;
}

/** What an update to the new resources would do to a deployment of the recorded ones, each in a sentence. */
export function damage(
  stack: string,
  recorded: Record<string, Recorded>,
  now: Record<string, Recorded>,
): string[] {
  const problems: string[] = [];
  for (const [logicalId, old] of Object.entries(recorded)) {
    const what = `${stack}: ${logicalId} (${old.type})`;
    const other = now[logicalId];
    if (!other || other.type !== old.type) {
      const name = nameOf(old);
      const heir =
        name && Object.keys(now).find((id) => now[id]!.type === old.type && nameOf(now[id]!) === name);
      problems.push(
        heir
          ? `${what} is now ${heir}: an update of a deployment fails, because ${name} exists already.`
          : `${what} is gone: an update of a deployment deletes it${KEEPING.has(old.type) ? ', with all that it keeps' : ''}.`,
      );
      continue;
    }
    for (const property of new Set([...Object.keys(old.fixed), ...Object.keys(other.fixed)])) {
      const [before, after] = [old.fixed[property], other.fixed[property]].map((value) =>
        JSON.stringify(value),
      );
      if (before === after) continue;
      const isName = property === FIXED[old.type]![0];
      problems.push(
        `${what}: ${property} was ${before} and is ${after}: an update of a deployment replaces it` +
          (nameOf(old) && !isName
            ? `, which fails, because ${nameOf(old)} exists already.`
            : `${KEEPING.has(old.type) ? ', and the new one is empty' : ''}.`),
      );
    }
  }
  return problems;
}

/** The logical ids that are not recorded yet. */
export function additions(recorded: Record<string, Recorded>, now: Record<string, Recorded>): string[] {
  return Object.keys(now).filter((logicalId) => !recorded[logicalId]);
}

function nameOf({ type, fixed }: Recorded): string | undefined {
  const name = fixed[FIXED[type]![0]!];
  return name === undefined ? undefined : JSON.stringify(name);
}
