import { lambdaSchemas } from './lambda-schemas.ts';
import { type DeclaredError, type Operation, readSchemas } from './schemas.ts';

export type Protocol = 'json' | 'query' | 'ec2' | 'rest-json';

/** How a service speaks, and what it can be asked. */
export interface Model {
  protocol: Protocol;
  /** `1.0` or `1.1` of AWS JSON. */
  jsonVersion: string;
  /** The XML namespace of query responses. */
  xmlNamespace: string;
  /** SQS tells the error codes of its older query protocol beside those of JSON. */
  queryCompatible: boolean;
  operations: Map<string, Operation>;
  errors: Map<string, DeclaredError>;
}

interface Source extends Partial<Omit<Model, 'protocol' | 'operations' | 'errors'>> {
  protocol: Protocol;
  load: () => Promise<object>;
}

/** The SDK's client packages hold the schemas of whole services. Each is loaded when it is first asked for. */
const sources = new Map<string, Source>([
  [
    'ec2',
    {
      protocol: 'ec2',
      xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
      load: () => import('@aws-sdk/client-ec2'),
    },
  ],
  [
    'sts',
    {
      protocol: 'query',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      load: () => import('@aws-sdk/client-sts'),
    },
  ],
  [
    'sns',
    {
      protocol: 'query',
      xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
      load: () => import('@aws-sdk/client-sns'),
    },
  ],
  [
    'cloudformation',
    {
      protocol: 'query',
      xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
      load: () => import('@aws-sdk/client-cloudformation'),
    },
  ],
  [
    'iam',
    {
      protocol: 'query',
      xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
      load: () => import('@aws-sdk/client-iam'),
    },
  ],
  ['ram', { protocol: 'rest-json', load: () => import('@aws-sdk/client-ram') }],
  ['vpc-lattice', { protocol: 'rest-json', load: () => import('@aws-sdk/client-vpc-lattice') }],
  ['lambda', { protocol: 'rest-json', load: async () => lambdaSchemas }],
  [
    'sqs',
    {
      protocol: 'json',
      jsonVersion: '1.0',
      queryCompatible: true,
      load: () => import('@aws-sdk/client-sqs'),
    },
  ],
  ['states', { protocol: 'json', jsonVersion: '1.0', load: () => import('@aws-sdk/client-sfn') }],
  ['dynamodb', { protocol: 'json', jsonVersion: '1.0', load: () => import('@aws-sdk/client-dynamodb') }],
  [
    'monitoring',
    {
      protocol: 'json',
      jsonVersion: '1.0',
      queryCompatible: true,
      load: () => import('@aws-sdk/client-cloudwatch'),
    },
  ],
  ['logs', { protocol: 'json', load: () => import('@aws-sdk/client-cloudwatch-logs') }],
  ['cloudtrail', { protocol: 'json', load: () => import('@aws-sdk/client-cloudtrail') }],
  ['organizations', { protocol: 'json', load: () => import('@aws-sdk/client-organizations') }],
  ['secretsmanager', { protocol: 'json', load: () => import('@aws-sdk/client-secrets-manager') }],
  ['events', { protocol: 'json', load: () => import('@aws-sdk/client-eventbridge') }],
  ['ssm', { protocol: 'json', load: () => import('@aws-sdk/client-ssm') }],
]);

const models = new Map<string, Promise<Model>>();

/** The model of a service by its signing name, or nothing where the local cloud does not speak its protocol. */
export function modelOf(signingName: string): Promise<Model> | undefined {
  const source = sources.get(signingName);
  if (!source) return undefined;
  let model = models.get(signingName);
  if (!model) {
    model = source.load().then((module) => ({
      protocol: source.protocol,
      jsonVersion: source.jsonVersion ?? '1.1',
      xmlNamespace: source.xmlNamespace ?? '',
      queryCompatible: source.queryCompatible ?? false,
      ...readSchemas(module),
    }));
    models.set(signingName, model);
  }
  return model;
}
