import { readJson, writeJson } from './json.ts';
import { type Decoded, unknownAction, type WireRequest, type WireResponse } from './messages.ts';
import type { Model } from './models.ts';
import { membersOf, type Operation, type Shape, traitsOf } from './schemas.ts';
import { readText, WireError } from './values.ts';

/**
 * Reads a REST JSON request: its action is found by method and path, its input is spread over path, query,
 * headers and body.
 */
export function readRest(model: Model, request: WireRequest): Decoded {
  const { searchParams } = request.url;
  // Clients differ about the slash at the end of a listing.
  const pathname = request.url.pathname.replace(/(.)\/$/, '$1');
  for (const operation of model.operations.values()) {
    const labels = operation.http?.[0] === request.method && matchPath(operation.http[1], pathname);
    if (!labels) continue;
    const input: Record<string, unknown> = {};
    const inBody = new Map<string, Shape>();
    for (const [name, member] of membersOf(operation.input)) {
      const { httpLabel, httpQuery, httpHeader, httpPayload } = traitsOf(member);
      const text = httpLabel
        ? labels.get(name)
        : httpQuery
          ? searchParams.get(httpQuery)
          : httpHeader && request.headers.get(httpHeader.toLowerCase());
      if (httpPayload) {
        if (request.body.length > 0) input[name] = new Uint8Array(request.body);
      } else if (!httpLabel && !httpQuery && !httpHeader) inBody.set(name, member);
      else if (text !== undefined && text !== null) input[name] = readText(member, text, name);
    }
    if (inBody.size > 0) Object.assign(input, readBody(inBody, request.body));
    return { operation, input };
  }
  throw unknownAction('rest-json', `${request.method} ${pathname}`);
}

/** Spreads an output over headers and body. */
export function writeRest(operation: Operation, output: unknown): WireResponse {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const values = (output ?? {}) as Record<string, unknown>;
  const body: Record<string, unknown> = {};
  let payload: string | Uint8Array | undefined;
  let status = operation.http?.[2] ?? 200;
  const left = new Set(Object.keys(values));
  for (const [name, member] of membersOf(operation.output)) {
    left.delete(name);
    const value = values[name];
    if (value === undefined || value === null) continue;
    const { httpHeader, httpPayload, httpResponseCode, jsonName } = traitsOf(member);
    if (httpResponseCode) status = Number(value);
    else if (httpHeader) headers[httpHeader] = String(value);
    else if (httpPayload) payload = value as string | Uint8Array;
    else body[jsonName ?? name] = writeJson(member, value, `${operation.name}.${name}`);
  }
  if (left.size > 0) throw new Error(`${operation.name} answers with no member ${[...left].join(', ')}.`);
  return { status, headers, body: payload ?? JSON.stringify(body) };
}

function readBody(members: Map<string, Shape>, body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new WireError('InvalidParameterException', 'The request body is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new WireError('InvalidParameterException', 'The request body is not a JSON object.');
  }
  const byWireName = new Map([...members].map(([name, member]) => [traitsOf(member).jsonName ?? name, name]));
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(parsed)) {
    const name = byWireName.get(key);
    if (name === undefined) throw new WireError('InvalidParameterException', `There is no parameter ${key}.`);
    result[name] = readJson(members.get(name)!, value, key);
  }
  return result;
}

/** The labels of a path like `/functions/{FunctionName}/invocations`, if the path is of that form. */
function matchPath(template: string, pathname: string): Map<string, string> | undefined {
  const wanted = template.split('?')[0]!.split('/');
  const actual = pathname.split('/');
  if (wanted.length !== actual.length) return undefined;
  const labels = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const label = /^\{(\w+)\}$/.exec(part)?.[1];
    if (label) {
      try {
        labels.set(label, decodeURIComponent(actual[index]!));
      } catch {
        return undefined;
      }
    } else if (part !== actual[index]) return undefined;
  }
  return labels;
}
