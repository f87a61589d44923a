import { AwsError } from '../service.ts';
import { readJson, writeJson } from './json.ts';
import { type Decoded, unknownAction, type WireRequest, type WireResponse } from './messages.ts';
import type { Model } from './models.ts';
import { readQuery } from './query.ts';
import { readRest, writeRest } from './rest.ts';
import { type Operation, requiredOf } from './schemas.ts';
import { WireError } from './values.ts';
import { element, escapeXml, writeMembers } from './xml.ts';

/**
 * @throws AwsError as the service answers an action that does not exist, and WireError for an input that is not
 *   in the action's form
 */
export function decode(model: Model, request: WireRequest): Decoded {
  const decoded = read(model, request);
  const given = decoded.input as Record<string, unknown>;
  const missing = requiredOf(decoded.operation.input).find((name) => given[name] === undefined);
  if (missing) {
    const code = model.protocol === 'ec2' ? 'MissingParameter' : 'ValidationException';
    throw new WireError(code, `The request must contain the parameter ${missing}`);
  }
  return decoded;
}

function read(model: Model, request: WireRequest): Decoded {
  switch (model.protocol) {
    case 'json': {
      const action = request.headers.get('x-amz-target')?.split('.').at(-1) ?? '';
      const operation = model.operations.get(action);
      if (!operation) {
        throw new AwsError('UnknownOperationException', `The action ${action} does not exist.`);
      }
      return { operation, input: readJson(operation.input, parseJson(request.body), action) ?? {} };
    }
    case 'rest-json':
      return readRest(model, request);
    default: {
      const parameters = new URLSearchParams(
        request.method === 'GET' ? request.url.searchParams : request.body.toString('utf8'),
      );
      const action = parameters.get('Action') ?? '';
      const operation = model.operations.get(action);
      if (!operation) throw unknownAction(model.protocol, action);
      return { operation, input: readQuery(operation.input, parameters, model.protocol === 'ec2') };
    }
  }
}

/** @throws Error when the output is not in the action's form, which is a fault of the local cloud */
export function encode(model: Model, operation: Operation, output: unknown, requestId: string): WireResponse {
  const { name, output: shape } = operation;
  switch (model.protocol) {
    case 'json':
      return {
        status: 200,
        headers: { 'content-type': `application/x-amz-json-${model.jsonVersion}` },
        body: JSON.stringify(shape.isUnitSchema() ? {} : (writeJson(shape, output ?? {}, name) ?? {})),
      };
    case 'rest-json':
      return writeRest(operation, output);
    case 'ec2': {
      const content = shape.isUnitSchema()
        ? element('return', 'true')
        : writeMembers(shape, output ?? {}, name);
      return xml(200, `${name}Response`, model.xmlNamespace, element('requestId', requestId) + content);
    }
    case 'query': {
      const result = shape.isUnitSchema()
        ? ''
        : element(`${name}Result`, writeMembers(shape, output ?? {}, name));
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      return xml(200, `${name}Response`, model.xmlNamespace, result + metadata);
    }
  }
}

/** An error in the shape of the service's protocol. */
export function encodeError(model: Model, error: AwsError, requestId: string): WireResponse {
  const declared = model.errors.get(error.code);
  const status = declared?.status ?? error.statusCode;
  const code = codeOnTheWire(model, error);
  const message = escapeXml(error.message);
  const fault = status < 500 ? 'Sender' : 'Receiver';
  switch (model.protocol) {
    case 'ec2': {
      const content = element('Error', element('Code', escapeXml(code)) + element('Message', message));
      return xml(status, 'Response', '', element('Errors', content) + element('RequestID', requestId));
    }
    case 'query': {
      const content = element('Type', fault) + element('Code', escapeXml(code)) + element('Message', message);
      const body = element('Error', content) + element('RequestId', requestId);
      return xml(status, 'ErrorResponse', model.xmlNamespace, body);
    }
    default: {
      const isRest = model.protocol === 'rest-json';
      const headers: Record<string, string> = {
        'content-type': isRest ? 'application/json' : `application/x-amz-json-${model.jsonVersion}`,
      };
      if (isRest) headers['x-amzn-errortype'] = code;
      if (model.queryCompatible) headers['x-amzn-query-error'] = `${declared?.queryCode ?? code};${fault}`;
      return { status, headers, body: JSON.stringify({ __type: code, message: error.message }) };
    }
  }
}

/**
 * An error of a service that is not there, in XML: of S3's kind for `rest-xml`, with what the query protocols read
 * otherwise.
 */
export function xmlError(error: {
  protocol: 'query' | 'rest-xml';
  status: number;
  code: string;
  message: string;
  requestId: string;
}): WireResponse {
  const { protocol, status, code, message, requestId } = error;
  const content = element('Code', escapeXml(code)) + element('Message', escapeXml(message));
  if (protocol === 'rest-xml') {
    return xml(status, 'Error', '', content + element('RequestId', requestId));
  }
  const typed = element('Error', element('Type', 'Sender') + content);
  return xml(status, 'ErrorResponse', '', typed + element('RequestId', requestId));
}

/** Names that differ between the protocols' families, by the name that the local cloud uses. */
const ec2Codes = new Map([
  ['ExpiredTokenException', 'RequestExpired'],
  ['UnrecognizedClientException', 'AuthFailure'],
  ['MissingAuthenticationTokenException', 'AuthFailure'],
]);
const queryCodes = new Map([
  ['ExpiredTokenException', 'ExpiredToken'],
  ['UnrecognizedClientException', 'InvalidClientTokenId'],
  ['MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
]);

function codeOnTheWire(model: Model, error: AwsError): string {
  if (model.protocol === 'ec2') return ec2Codes.get(error.code) ?? error.code;
  if (model.protocol !== 'query') return error.code;
  // What the front itself refuses has its name from the protocol; the rest has it from the service's model.
  return queryCodes.get(error.code) ?? model.errors.get(error.code)?.queryCode ?? error.code;
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new WireError('SerializationException', 'The request body is not JSON.');
  }
}

function xml(status: number, root: string, namespace: string, content: string): WireResponse {
  const attribute = namespace && ` xmlns="${namespace}"`;
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content}</${root}>`,
  };
}
