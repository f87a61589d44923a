import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stack of a cloud assembly that says where it is to be deployed. */
export interface AssemblyStack {
  name: string;
  template: unknown;
  accountId: string;
  region: string;
}

interface Manifest {
  artifacts: Record<
    string,
    {
      type: string;
      environment?: string;
      dependencies?: string[];
      properties?: { templateFile: string; stackName?: string };
    }
  >;
}

/**
 * The stacks of a synthesized cloud assembly, such as `cdk.out`, in an order in which they can be deployed. Stacks
 * that leave open where they go are not among them.
 */
export function assemblyStacks(directory: string): AssemblyStack[] {
  const { artifacts }: Manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  const ordered = new Set<string>();
  const visit = (id: string) => {
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered].flatMap((id) => {
    const { type, environment, properties } = artifacts[id]!;
    const [, accountId, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(environment ?? '') ?? [];
    if (type !== 'aws:cloudformation:stack' || !accountId || !region || !properties) return [];
    const text = readFileSync(join(directory, properties.templateFile), 'utf8');
    return [{ name: properties.stackName ?? id, template: JSON.parse(text), accountId, region }];
  });
}
