import * as z from 'zod/mini';
import { InvalidRequest } from '../errors.ts';
import type { Connection } from './configuration.ts';
import { isAmong } from './offer.ts';

// What the requests to the workflows have in common.

export const AccountId = z
  .string()
  .check(z.regex(/^\d{12}$/, 'an AWS account id has twelve digits, in quotes'));

export const VpcId = z
  .string()
  .check(z.regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'a VPC id looks like vpc-0a71e831cb5152c43'));

export const VpcEndpointId = z
  .string()
  .check(z.regex(/^vpce-([0-9a-f]{8}|[0-9a-f]{17})$/, 'a VPC endpoint id looks like vpce-0a71e831cb5152c43'));

/** A field of a request, whatever the request is. */
export function field(request: unknown, name: string): unknown {
  return request instanceof Object && Object.hasOwn(request, name) ? Reflect.get(request, name) : undefined;
}

/**
 * The configured connection that a request names, and what is wrong with its name and Region. A name that is
 * missing, or not a text, is for the request's schema to report.
 */
export function lookUp(
  request: unknown,
  connections: readonly Connection[],
): { connection: Connection | undefined; problems: string[] } {
  const name = field(request, 'connection');
  const region = field(request, 'region');
  const connection = connections.find((one) => one.name === name);
  const problems: string[] = [];
  if (typeof name === 'string' && !connection) {
    const known = connections.map((one) => one.name).join(', ');
    const renamed = connections.find((one) => isAmong(one, [name]));
    problems.push(
      renamed
        ? `connection: ${quoted(name)} is what VPCs may call ${renamed.name} now; write ${quoted(renamed.name)}, under which everything of it is kept`
        : `connection: ${quoted(name)} is not configured; there is: ${known}`,
    );
  }
  if (connection && typeof region === 'string' && region !== connection.region) {
    problems.push(
      `region: ${connection.name} is in ${connection.region}, and so must its VPCs be, got ${quoted(region)}`,
    );
  }
  return { connection, problems };
}

/** The error for a request with these problems; `example` shows what an acceptable one looks like. */
export function refusal(problems: readonly string[], example: string): InvalidRequest {
  return new InvalidRequest(
    `The input is not acceptable: ${problems.join('; ')}. An input looks like ${example}.`,
  );
}

function quoted(value: string): string {
  return JSON.stringify(value.slice(0, 64));
}
