import type { FunctionConfiguration } from './configuration.ts';

/** What a function's execution role calls AWS with. */
export interface FunctionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** When they end, by the cloud's clock: a sandbox is replaced before that. */
  expiration?: Date;
}

/**
 * The variables of a sandbox: the function's own and those that Lambda sets (Lambda Developer Guide, "Defined
 * runtime environment variables"), with AWS at the local cloud's address.
 */
export function environmentOf(
  configuration: FunctionConfiguration,
  credentials: FunctionCredentials,
  { endpointUrl, logStreamId, time }: { endpointUrl: string; logStreamId: string; time: number },
): Record<string, string> {
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    ...configuration.environment,
    _HANDLER: configuration.handler,
    LAMBDA_TASK_ROOT: configuration.directory,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_REGION: configuration.region,
    AWS_DEFAULT_REGION: configuration.region,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${logStreamId}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: endpointUrl,
  };
}
