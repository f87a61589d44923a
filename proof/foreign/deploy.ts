import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { within } from './bounded.ts';
import type { Clients } from './clients.ts';
import { BOOTSTRAP } from './custom-runtime.ts';
import type { Lack, Patch, Program, TemplateResource } from './program.ts';

interface Template {
  Resources: Record<string, TemplateResource>;
  Rules?: unknown;
}

/** A template without what a program lacks, and which of its lacks were met. What depended on a resource does no more. */
export function adapted(
  template: Template,
  { lacks, patches }: Pick<Program, 'lacks' | 'patches'>,
): { template: Template; met: Lack[] } {
  const entries = Object.entries(template.Resources);
  const met = lacks.filter((lack) => entries.some(([, resource]) => lack.concerns(resource)));
  const kept = entries.filter(([, resource]) => !met.some((lack) => lack.concerns(resource)));
  const names = new Set(kept.map(([name]) => name));
  const Resources = Object.fromEntries(
    kept.map(([name, { DependsOn, ...resource }]) => {
      const needed = [DependsOn ?? []].flat().filter((one) => names.has(one));
      const referring = replaced(resource, names, new Set(Object.keys(template.Resources)));
      const patched = patches.reduce((now, one) => one.resource?.(now) ?? now, referring as TemplateResource);
      const depending = [...needed, ...[patched.DependsOn ?? []].flat()];
      return [name, depending.length > 0 ? { ...patched, DependsOn: depending } : patched];
    }),
  );
  return { template: { ...template, Resources }, met };
}

/** A part of a template, where what refers to a resource that is left out has a name that nothing has. */
function replaced(value: unknown, kept: ReadonlySet<string>, all: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(item, kept, all));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  const name = Ref ?? attribute?.[0];
  if (name !== undefined && all.has(name) && !kept.has(name))
    return `arn:aws:left-out:us-east-1:000000000000:${name}`;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, kept, all)]));
}

/** Where the assets of an account are, as `cdk bootstrap` names it. */
function bucketOf(accountId: string, region: string): string {
  return `cdk-hnb659fds-assets-${accountId}-${region}`;
}

/** What `cdk bootstrap` leaves in an account for later deployments to look at, and a bucket. */
export async function bootstrap(clients: Clients, accountId: string): Promise<void> {
  const Name = '/cdk-bootstrap/hnb659fds/version';
  await clients.ssm.send(new PutParameterCommand({ Name, Value: '30', Type: 'String' }));
  await put(clients, bucketOf(accountId, clients.region));
}

/**
 * Puts the code of functions and the definitions of an assembly where the hub's template looks for them.
 *
 * @param python to pack the code with, since Node.js has no archiver
 */
export async function publish(
  clients: Clients,
  {
    accountId,
    assembly,
    python,
    patches,
  }: { accountId: string; assembly: string; python: string; patches: readonly Patch[] },
): Promise<void> {
  const assets = readdirSync(assembly).filter((name) => name.startsWith('asset.'));
  const folders = assets.filter((name) => statSync(join(assembly, name)).isDirectory());
  for (const name of folders) writeFileSync(join(assembly, name, 'bootstrap'), BOOTSTRAP, { mode: 0o755 });
  pack(assembly, folders, python);
  for (const name of assets) {
    const object = join(bucketOf(accountId, clients.region), name.slice('asset.'.length));
    if (folders.includes(name)) {
      await put(clients, `${object}.zip`, readFileSync(join(assembly, `${name}.zip`)));
      continue;
    }
    const text = readFileSync(join(assembly, name), 'utf8');
    await put(clients, object, Buffer.from(patches.reduce((now, one) => one.definition?.(now) ?? now, text)));
  }
}

/** Makes an archive of each folder, beside it. */
function pack(assembly: string, folders: readonly string[], python: string): void {
  const script = 'import shutil, sys\nfor folder in sys.argv[1:]: shutil.make_archive(folder, "zip", folder)';
  execFileSync(python, ['-c', script, ...folders], { cwd: assembly });
}

/** The only calls of S3 that are needed, which do not repay a client of it. */
async function put({ endpoint, region, keys }: Clients, path: string, body?: Buffer): Promise<void> {
  const credential = `${keys.accessKeyId}/20260101/${region}/s3/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  const session = keys.sessionToken === undefined ? undefined : { 'x-amz-security-token': keys.sessionToken };
  const answer = await fetch(`${endpoint}/${path}`, {
    method: 'PUT',
    headers: { authorization, ...session },
    ...(body && { body: new Uint8Array(body) }),
  });
  if (!answer.ok) throw new Error(`S3 answers ${answer.status} to PUT ${path}: ${await answer.text()}`);
}

/** The types of which a program has not made every resource, although it says that the stack is complete. */
async function passedOver(
  { cloudFormation }: Clients,
  stack: string,
  { Resources }: Template,
): Promise<string[]> {
  const left = new Map(Object.entries(Resources).map(([name, { Type }]) => [name, Type]));
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: stack })) {
    for (const { LogicalResourceId = '' } of page.StackResourceSummaries ?? [])
      left.delete(LogicalResourceId);
  }
  return [...new Set(left.values())].sort().map((type) => `${type}, which it passes over without a word`);
}

/**
 * Deploys one template of an assembly.
 *
 * @returns what the program lacks of it
 * @throws Error with the reasons that the program gives for a failure
 */
export async function deploy(
  clients: Clients,
  {
    accountId,
    assembly,
    stack,
    program,
  }: { accountId: string; assembly: string; stack: string; program: Program },
): Promise<string[]> {
  const file = join(assembly, `${stack}.template.json`);
  const { template, met } = adapted(JSON.parse(readFileSync(file, 'utf8')), program);
  const object = join(bucketOf(accountId, clients.region), `${stack}.adapted.json`);
  // The bootstrap's version is looked at by the CDK's rule, which asks for another permission.
  await put(
    clients,
    object,
    Buffer.from(JSON.stringify({ ...template, Rules: undefined, Outputs: undefined })),
  );
  const { cloudFormation } = clients;
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: stack,
      // moto takes what is not at localhost for an address of S3.
      TemplateURL: `${clients.endpoint.replace('127.0.0.1', 'localhost')}/${object}`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  const status = await within(120, `${stack} to be deployed`, async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    const now = Stacks?.[0]?.StackStatus ?? '';
    return now.endsWith('_IN_PROGRESS') ? undefined : now;
  });
  if (status === 'CREATE_COMPLETE')
    return [...met.map(({ what }) => what), ...(await passedOver(clients, stack, template))];
  const reasons: string[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents(
    { client: cloudFormation },
    { StackName: stack },
  )) {
    for (const { ResourceStatus, LogicalResourceId, ResourceType, ResourceStatusReason } of StackEvents) {
      if (ResourceStatus !== 'CREATE_FAILED') continue;
      reasons.push(`${LogicalResourceId} (${ResourceType}): ${ResourceStatusReason}`);
    }
  }
  throw new Error(`${stack} ends in ${status}: ${reasons.join('; ')}`);
}
