import type { Clock } from '../clock.ts';
import type { Statement } from './iam.ts';
import { Ids } from './ids.ts';
import { AwsError } from './service.ts';

/** What STS hands out. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Whom credentials stand for. */
export interface Identity {
  accountId: string;
  arn: string;
  /** What the session was limited to when its role was assumed. */
  sessionPolicy?: readonly Statement[] | undefined;
}

interface Session extends Identity {
  sessionToken: string;
  expiresAt: number;
}

/**
 * The access keys that the local cloud knows. Besides the keys of sessions, an access key id that is a 12-digit
 * number is the root user of that account, with any secret: a convenience for people. Signatures are not
 * verified, because only programs of this machine reach the front. What nobody can guess is the root users' session token,
 * where they have to have one.
 */
export class Credentials {
  readonly #clock: Clock;
  readonly #ids = new Ids('credentials');
  readonly #sessions = new Map<string, Session>();

  readonly #rootToken: string | undefined;

  constructor(options: { clock: Clock; rootToken?: string | undefined }) {
    this.#clock = options.clock;
    this.#rootToken = options.rootToken;
  }

  /** New credentials for the identity, valid for so many seconds of the clock. */
  issue(identity: Identity, seconds: number): SessionCredentials {
    const accessKeyId = `ASIA${this.#ids.hex(16).toUpperCase()}`;
    const sessionToken = this.#ids.hex(64);
    const expiresAt = this.#clock.now() + seconds * 1000;
    this.#sessions.set(accessKeyId, { ...identity, sessionToken, expiresAt });
    return {
      accessKeyId,
      secretAccessKey: this.#ids.hex(40),
      sessionToken,
      expiration: new Date(expiresAt),
    };
  }

  /** Credentials of a role's session, as a service hands them to what runs with the role. Valid for 12 hours. */
  session(roleArn: string, sessionName: string): SessionCredentials {
    const [, partition, , , accountId = '', resource = ''] = roleArn.split(':');
    const role = resource.split('/').at(-1);
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`;
    return this.issue({ accountId, arn }, 12 * 3600);
  }

  /**
   * @throws AwsError `UnrecognizedClientException` for keys that nobody issued or a wrong session token, and
   *   `ExpiredTokenException`
   */
  lookup(accessKeyId: string, sessionToken?: string): Identity {
    if (/^\d{12}$/.test(accessKeyId)) {
      if ((this.#rootToken ?? sessionToken) !== sessionToken) {
        throw invalidToken(
          ' An access key that is an account takes the session token that this cloud was started with.',
        );
      }
      return { accountId: accessKeyId, arn: `arn:aws:iam::${accessKeyId}:root` };
    }
    const session = this.#sessions.get(accessKeyId);
    if (!session || (sessionToken !== undefined && sessionToken !== session.sessionToken)) {
      throw invalidToken();
    }
    if (this.#clock.now() >= session.expiresAt) {
      throw new AwsError(
        'ExpiredTokenException',
        'The security token included in the request is expired',
        403,
      );
    }
    const { accountId, arn, sessionPolicy } = session;
    return { accountId, arn, ...(sessionPolicy && { sessionPolicy }) };
  }
}

function invalidToken(remedy = ''): AwsError {
  const message = `The security token included in the request is invalid.${remedy}`;
  return new AwsError('UnrecognizedClientException', message, 403);
}
