import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { BUNDLES } from '../build-functions.ts';
import type { Network } from '../configuration/complete.ts';
import { namesIn, systemEnvironment } from '../names.ts';
import { acceptFinding } from './accepted-findings.ts';
import { runIn } from './network.ts';

/** As auditors ask for, and Control Tower's proactive control CT.CLOUDWATCH.PR.2. */
export const LOG_RETENTION = RetentionDays.ONE_YEAR;

declare const BY_SCHEMA: unique symbol;

/** Environment variables in the form of a schema. */
export type Environment = Record<string, string> & { readonly [BY_SCHEMA]: true };

/**
 * The environment of a function, in the form of the schema by which it reads it: `environmentOf<typeof schema>({…})`.
 * A variable that the schema has and the stack leaves out is a type error, and so is one too many.
 */
export function environmentOf<S extends z.ZodMiniType<Record<string, string | undefined>>>(
  variables: z.output<S>,
): Environment {
  return variables as z.output<S> & Environment;
}

export interface ApiFunctionProps {
  /** The API call, which is also the name of the function's file in `lambdas/`: `add-principal`. */
  call: string;
  /** One sentence for the console. */
  description: string;
  /** Made by {@link environmentOf}. */
  environment?: Environment;
  /** The name of its role, where other accounts know it. */
  roleName?: string;
  /** Encrypts the function's log. */
  key: IKey;
  /** What the function reads as `configuration.json` beside its code. */
  configuration?: object;
  /** Default: 512. */
  memoryMegabytes?: number;
  /** Where it runs; by default in Lambda's own network. */
  network?: Network | null;
  /** Default: 30 seconds, which is more than the time limits of the calls inside. */
  timeout?: Duration;
}

/**
 * The function that makes one API call: its bundle, its log and its role, which may do nothing else yet.
 *
 * What reviewers of functions ask for and this one leaves out, because it would not make it safer:
 * - A VPC, unless the configuration asks for one because the address must be fixed. It calls public addresses only, over
 *   TLS, and has nothing to reach in a VPC; there it needs a way out to the internet, which somebody has to guard.
 * - A dead-letter queue. Lambda uses it for asynchronous calls; a workflow waits for the answer and retries.
 * - Reserved concurrency. It takes from what the account may run at once for good, thirty times, and a new account
 *   has not even the 100 that must stay unreserved. The workflows bound how much runs at once.
 * - A key of the stack's for the environment. No secret is in it, and Lambda encrypts it with a key of AWS's.
 * - Code signing. The bundle comes from the CDK's own bucket, whose writers may deploy this stack anyway.
 */
export class ApiFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const functionName = namesIn(this).functionNameOf(props.call);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: LOG_RETENTION,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not AWS's own policy for functions, which allows writing to every log.
    const role = new Role(this, 'Role', {
      roleName: props.roleName,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const { folder, discard } = bundle(props.call, props.configuration);
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: props.description,
      code: Code.fromAsset(folder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMegabytes ?? 512,
      timeout: props.timeout ?? Duration.seconds(30),
      environment: { ...props.environment, ...systemEnvironment(this) },
      tracing: Tracing.ACTIVE,
      logGroup,
      role,
    });
    if (props.network) runIn(props.network, this.function);
    acceptFinding(role, 'IAM5[Resource::*]', 'X-Ray takes traces for no resource that could be named.');
    // The asset has been staged by now.
    discard();
  }
}

/** The folder to ship: the bundle, with the configuration beside it if the function reads one. */
function bundle(call: string, configuration: object | undefined): { folder: string; discard(): void } {
  const folder = join(BUNDLES, call);
  if (!configuration) return { folder, discard: () => {} };
  const copy = mkdtempSync(join(tmpdir(), 'redis-privatelink-'));
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, 'configuration.json'), JSON.stringify(configuration, null, 2));
  return { folder: copy, discard: () => rmSync(copy, { recursive: true }) };
}
