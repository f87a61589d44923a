import { PreconditionFailed, TaskWithoutResult } from '../../shared/errors.ts';
import { type ConnectionTarget, describeTarget } from './connection.ts';
import { unwrapped } from './spelling.ts';

/** What a secret holds (AWS Secrets Manager quotas). */
const MAX_BYTES = 65_536;

/**
 * The scripts of a completed endpoint-script read, by Redis Cloud's name for each: in the `resource-share`
 * contract `resourceEndpointScript` (Python) and `terraformAwsScript`. The `endpoint-service` contract names no
 * field, so a bare text is called `script`.
 *
 * @throws TaskWithoutResult if there is no script in it: the next read may find one.
 * @throws PreconditionFailed if they do not fit into the secret in which they are to be kept.
 */
export function readEndpointScript(resource: unknown, target: ConnectionTarget): Record<string, string> {
  const found = unwrapped(resource);
  const entries = typeof found === 'string' ? [['script', found]] : Object.entries(found ?? {});
  const scripts = entries.filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '',
  );
  if (scripts.length === 0 || Array.isArray(found)) {
    throw new TaskWithoutResult(
      `Redis Cloud's answer holds no endpoint script for ${describeTarget(target)}. One that was stored before ` +
        'stays. Redrive the execution; if it fails again, look at the subscription in the Redis Cloud console.',
    );
  }
  const all = Object.fromEntries(scripts);
  const bytes = Buffer.byteLength(JSON.stringify(all));
  if (bytes > MAX_BYTES) {
    throw new PreconditionFailed(
      `The endpoint script of ${describeTarget(target)} has ${bytes} bytes, and a secret holds ${MAX_BYTES}. Fetch it in the Redis Cloud console.`,
    );
  }
  return all;
}
