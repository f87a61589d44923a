import { PreconditionFailed, RedisCloudUnavailable } from '../../shared/errors.ts';
import { type ConnectionTarget, describeTarget } from './connection.ts';

/** What a secret holds (AWS Secrets Manager quotas). */
const MOST_BYTES = 65_536;

/**
 * The scripts of a completed endpoint-script read, by Redis Cloud's name for each: in the `resource-share`
 * contract `resourceEndpointScript` (Python) and `terraformAwsScript`. The `endpoint-service` contract names no
 * field, so a bare text is called `script`.
 *
 * @throws RedisCloudUnavailable if there is no script in it.
 * @throws PreconditionFailed if they do not fit into the secret in which they are to be kept.
 */
export function readEndpointScript(resource: unknown, target: ConnectionTarget): Record<string, string> {
  const entries = typeof resource === 'string' ? [['script', resource]] : Object.entries(resource ?? {});
  const scripts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (scripts.length === 0 || Array.isArray(resource)) {
    throw new RedisCloudUnavailable(
      `Redis Cloud's answer holds no endpoint script for ${describeTarget(target)}.`,
    );
  }
  const all = Object.fromEntries(scripts);
  const bytes = Buffer.byteLength(JSON.stringify(all));
  if (bytes > MOST_BYTES) {
    throw new PreconditionFailed(
      `The endpoint script of ${describeTarget(target)} has ${bytes} bytes, and a secret holds ${MOST_BYTES}. Fetch it in the Redis Cloud console.`,
    );
  }
  return all;
}
