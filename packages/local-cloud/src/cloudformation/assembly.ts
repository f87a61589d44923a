import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../aws/caller.ts';

/** A stack of a cloud assembly, and where it is to be deployed. */
export interface AssemblyStack extends Place {
  name: string;
  template: unknown;
}

interface Manifest {
  artifacts: Record<
    string,
    {
      type: string;
      environment?: string;
      dependencies?: string[];
      properties?: { templateFile?: string; stackName?: string; directoryName?: string };
    }
  >;
}

/**
 * The stacks of a synthesized cloud assembly, such as `cdk.out`, and of its stages, in an order in which they can be
 * deployed. Stacks that leave open where they go are for the default place; without one they are not among them.
 */
export function assemblyStacks(directory: string, defaultPlace?: Place): AssemblyStack[] {
  const { artifacts }: Manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  const ordered = new Set<string>();
  const visit = (id: string) => {
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered].flatMap((id) => {
    const { type, environment = '', properties = {} } = artifacts[id]!;
    const { templateFile, stackName = id, directoryName } = properties;
    if (type === 'cdk:cloud-assembly' && directoryName) {
      return assemblyStacks(join(directory, directoryName), defaultPlace);
    }
    if (type !== 'aws:cloudformation:stack' || !templateFile) return [];
    const [, ownAccount, ownRegion] = /^aws:\/\/([^/]*)\/(.*)$/.exec(environment) ?? [];
    const accountId = /^\d{12}$/.test(ownAccount ?? '') ? ownAccount : defaultPlace?.accountId;
    const region = ownRegion && ownRegion !== 'unknown-region' ? ownRegion : defaultPlace?.region;
    if (!accountId || !region) return [];
    const text = readFileSync(join(directory, templateFile), 'utf8');
    return [{ name: stackName, template: JSON.parse(text), accountId, region }];
  });
}
