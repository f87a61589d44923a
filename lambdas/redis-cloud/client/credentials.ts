import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { AccessDenied, AwsUnavailable, SecretInvalid } from '../../shared/errors.ts';
import type { KeySource, Keys } from './keys.ts';

// Keys become header values, so they hold visible ASCII characters only.
const key = z.string().check(z.regex(/^[\x21-\x7e]+$/));
const Secret = z.object({ apiKey: key, secretKey: key });

/** The keys in an AWS Secrets Manager secret, `{"apiKey","secretKey"}`, read once and kept. */
export class SecretKeys implements KeySource {
  readonly #secretArn: string;
  readonly #client: Pick<SecretsManagerClient, 'send'>;
  #keys: Keys | undefined;

  constructor(secretArn: string, client: Pick<SecretsManagerClient, 'send'>) {
    this.#secretArn = secretArn;
    this.#client = client;
  }

  /**
   * @throws SecretInvalid if the secret is missing or holds something else.
   * @throws AccessDenied if the function may not read it.
   * @throws AwsUnavailable if Secrets Manager does not answer.
   */
  async current(): Promise<Keys> {
    this.#keys ??= await this.#read();
    return this.#keys;
  }

  async renewed(refused: Keys): Promise<Keys | null> {
    const keys = await this.#read();
    this.#keys = keys;
    return keys.apiKey === refused.apiKey && keys.secretKey === refused.secretKey ? null : keys;
  }

  async #read(): Promise<Keys> {
    const text = await this.#fetch();
    let content: unknown;
    try {
      content = JSON.parse(text ?? '');
    } catch {
      // JSON.parse quotes its input in its message, so that message goes nowhere.
      throw this.#invalid('is not JSON');
    }
    const keys = z.safeParse(Secret, content);
    if (keys.success) return keys.data;
    const fields = new Set(keys.error.issues.map((issue) => String(issue.path[0] ?? 'the whole')));
    throw this.#invalid(`is not of the form {"apiKey","secretKey"} (wrong: ${[...fields].join(', ')})`);
  }

  async #fetch(): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(new GetSecretValueCommand({ SecretId: this.#secretArn }));
      return answer.SecretString;
    } catch (error) {
      const { name, code } = error as { name: string; code?: string };
      if (name === 'ResourceNotFoundException') throw this.#invalid('does not exist or has no value');
      if (name === 'InvalidRequestException') throw this.#invalid('is marked for deletion');
      if (name === 'AccessDeniedException' || name === 'DecryptionFailure') {
        throw new AccessDenied(
          `Secrets Manager refuses to show the secret ${this.#secretArn} (${name}). Allow the function's role ` +
            'secretsmanager:GetSecretValue on it, and kms:Decrypt on its key if it has one of its own.',
        );
      }
      throw new AwsUnavailable(
        `Secrets Manager did not answer for the secret ${this.#secretArn} (${code ?? name}). Try again.`,
      );
    }
  }

  #invalid(problem: string): SecretInvalid {
    return new SecretInvalid(
      `The secret ${this.#secretArn} ${problem}. Store the Redis Cloud keys in it: aws secretsmanager ` +
        `put-secret-value --secret-id ${this.#secretArn} ` +
        `--secret-string file://keys.json, where keys.json holds {"apiKey":"…","secretKey":"…"}`,
    );
  }
}

const sources = new Map<string, SecretKeys>();

/** The keys of a secret, kept for as long as the function's instance lives. */
export function secretKeys(secretArn: string): SecretKeys {
  let source = sources.get(secretArn);
  if (!source) {
    // One attempt: the workflow retries, on its own schedule. Without limits a lost connection would last until
    // the function's own time-out, which tells nobody why.
    const client = new SecretsManagerClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
    });
    source = new SecretKeys(secretArn, client);
    sources.set(secretArn, source);
  }
  return source;
}
