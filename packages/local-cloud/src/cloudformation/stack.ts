import type { AwsServices } from '../aws/service.ts';
import type { Assets } from './assets.ts';
import type { Value } from './intrinsics.ts';
import type { TakenNames } from './taken-names.ts';

export interface DeployOptions {
  accountId: string;
  region: string;
  stackName: string;
  services: AwsServices;
  /** Needed if the template has functions, or state machines in files. */
  assets?: Assets;
  parameters?: Record<string, string>;
  /** Exported values by `<account>/<Region>/<name>`: read by `Fn::ImportValue`, written by `Export`. */
  exports?: Map<string, string>;
  /** What the resources of all stacks are called. */
  names?: TakenNames;
}

/** A created resource. `properties` are resolved. */
export interface StackResource {
  type: string;
  /** Stays when the stack is deleted, or an update no longer has it. */
  retained: boolean;
  /** How often it was replaced. */
  generation: number;
  physicalId: string;
  attributes: Record<string, string>;
  properties: { [key: string]: Value };
}

export interface Stack {
  id: string;
  name: string;
  accountId: string;
  region: string;
  outputs: Record<string, string>;
  /** Keys of what it exports and imports: `<account>/<Region>/<name>`. */
  exports: Set<string>;
  imports: Set<string>;
  /** By logical id, in the order of creation. */
  resources: Map<string, StackResource>;
}
