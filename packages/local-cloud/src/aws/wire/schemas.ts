import { NormalizedSchema } from '@smithy/core/schema';

/** A shape of an AWS service, as the SDK describes it: a node of its schema with its traits. */
export type Shape = NormalizedSchema;

/** Traits that the wire formats need, by the names of the Smithy specification. */
export interface Traits {
  xmlName?: string;
  ec2QueryName?: string;
  xmlFlattened?: unknown;
  jsonName?: string;
  httpLabel?: unknown;
  httpQuery?: string;
  httpHeader?: string;
  httpPayload?: unknown;
  httpResponseCode?: unknown;
  awsQueryError?: [code: string, status: number];
  httpError?: number;
}

export interface Operation {
  name: string;
  /** Method, path and status, for REST protocols. */
  http: [method: string, path: string, status: number] | undefined;
  input: Shape;
  output: Shape;
}

/** An error that the service declares. */
export interface DeclaredError {
  /** The code on the wire of the query protocol, where it differs from the error's name. */
  queryCode: string | undefined;
  status: number | undefined;
}

/** Traits of a member and of the shape that it refers to. */
export function traitsOf(shape: Shape): Traits {
  return shape.getMergedTraits() as Traits;
}

/** The members of a structure by name. */
export function membersOf(shape: Shape): [string, Shape][] {
  return shape.isStructSchema() ? [...shape.structIterator()] : [];
}

/** The names of the members that a structure must have: the schema lists them first and counts them. */
export function requiredOf(shape: Shape): string[] {
  const schema = shape.getSchema();
  if (!shape.isStructSchema() || !Array.isArray(schema)) return [];
  const [, , , , names, , count = 0] = schema as unknown as [0, 0, 0, 0, string[], 0, number?];
  return names.slice(0, count);
}

// The kinds of the SDK's static schemas, by their first element.
const operationKind = 9;
const errorKind = -3;

/** Reads the operations and the errors that an SDK client package exports as schemas. */
export function readSchemas(module: object): {
  operations: Map<string, Operation>;
  errors: Map<string, DeclaredError>;
} {
  const operations = new Map<string, Operation>();
  const errors = new Map<string, DeclaredError>();
  for (const schema of Object.values(module)) {
    if (!Array.isArray(schema)) continue;
    if (schema[0] === operationKind) operations.set(schema[2], operationOf(schema as OperationSchema));
    else if (schema[0] === errorKind) {
      const traits = traitsOf(NormalizedSchema.of(schema as never));
      errors.set(schema[2], {
        queryCode: traits.awsQueryError?.[0],
        status: traits.awsQueryError?.[1] ?? traits.httpError,
      });
    }
  }
  return { operations, errors };
}

/** The SDK's schema of an operation: kind, namespace, name, traits, input, output. */
export type OperationSchema = [number, string, string, unknown, () => unknown, () => unknown];

function operationOf([, , name, traits, input, output]: OperationSchema): Operation {
  const http = (traits as { http?: Operation['http'] } | 0) || {};
  return {
    name,
    http: http.http,
    // Reading an input or output shape is left to its first use: EC2 has thousands.
    get input() {
      return NormalizedSchema.of(input as never);
    },
    get output() {
      return NormalizedSchema.of(output as never);
    },
  };
}
