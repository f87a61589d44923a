import { readdirSync, readFileSync } from 'node:fs';

/** A statement of a policy, its values as lists and its references resolved to samples. */
export interface PolicyStatement {
  /** Stack, logical id and place. */
  at: string;
  /** A policy of a resource says who may; its resource is the one that has it. */
  ofResource: boolean;
  effect: string;
  actions: string[];
  resources: string[];
  /** The keys of its conditions. */
  keys: string[];
}

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
type Resources = Record<string, { Type: string; Properties?: Json }>;

/** ARNs as CloudFormation would give them for a resource of each type. */
const sampleArns: Record<string, string> = {
  'AWS::DynamoDB::Table': 'arn:aws:dynamodb:us-east-1:111122223333:table/name',
  'AWS::Events::EventBus': 'arn:aws:events:us-east-1:111122223333:event-bus/name',
  'AWS::Events::Rule': 'arn:aws:events:us-east-1:111122223333:rule/name',
  'AWS::IAM::Role': 'arn:aws:iam::111122223333:role/name',
  'AWS::KMS::Key': 'arn:aws:kms:us-east-1:111122223333:key/id',
  'AWS::Lambda::Function': 'arn:aws:lambda:us-east-1:111122223333:function:name',
  'AWS::Logs::LogGroup': 'arn:aws:logs:us-east-1:111122223333:log-group:name:*',
  'AWS::S3::Bucket': 'arn:aws:s3:::name',
  'AWS::SecretsManager::Secret': 'arn:aws:secretsmanager:us-east-1:111122223333:secret:name-a1b2c3',
  'AWS::SNS::Topic': 'arn:aws:sns:us-east-1:111122223333:name',
  'AWS::SQS::Queue': 'arn:aws:sqs:us-east-1:111122223333:name',
  'AWS::StepFunctions::StateMachine': 'arn:aws:states:us-east-1:111122223333:stateMachine:name',
};

const pseudoParameters: Record<string, string> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
};

/** All statements of all policies in the templates of a synthesis, StackSets' templates among them. */
export function statementsIn(folder: string): PolicyStatement[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) =>
      statementsOf(readFileSync(`${folder}/${file}`, 'utf8'), file.replace('.template.json', '')),
    );
}

function statementsOf(template: string, stack: string): PolicyStatement[] {
  const resources = JSON.parse(template).Resources as Resources;
  return Object.entries(resources).flatMap(([logicalId, { Properties = {} }]) => {
    const inner = (Properties as { TemplateBody?: unknown }).TemplateBody;
    if (typeof inner === 'string') return statementsOf(inner, `${stack}/${logicalId}`);
    return policiesIn(resolved(Properties, resources), `${stack}/${logicalId}`);
  });
}

/** A statement is whatever has an effect. */
function policiesIn(value: Json, at: string): PolicyStatement[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => policiesIn(item, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  if (typeof value.Effect !== 'string') {
    return Object.entries(value).flatMap(([key, item]) => policiesIn(item, `${at}.${key}`));
  }
  const { Effect, Action = [], Resource = [], Condition = {}, Principal } = value;
  return [
    {
      at,
      ofResource: Principal !== undefined,
      effect: Effect,
      actions: [Action].flat() as string[],
      resources: [Resource].flat() as string[],
      keys: Object.values(Condition as Record<string, object>).flatMap(Object.keys),
    },
  ];
}

/** The value with its functions resolved: to samples where only a deployment would tell. */
function resolved(value: Json, resources: Resources): Json {
  const resolve = (item: Json): Json => resolved(item, resources);
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Select': select, 'Fn::Split': split } = value;
  if (typeof Ref === 'string') return pseudoParameters[Ref] ?? arnOf(Ref, resources);
  if (Array.isArray(attribute)) return arnOf(String(attribute[0]), resources);
  if (Array.isArray(join)) return (resolve(join[1]!) as string[]).join(join[0] as string);
  if (Array.isArray(split)) return String(resolve(split[1]!)).split(split[0] as string);
  if (Array.isArray(select)) return (resolve(select[1]!) as Json[])[Number(select[0])] ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
}

function arnOf(logicalId: string, resources: Resources): string {
  return sampleArns[resources[logicalId]?.Type ?? ''] ?? logicalId;
}
