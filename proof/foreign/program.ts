import type { Repair } from './between.ts';
import type { Clients } from './clients.ts';
import type { Requirement } from './python.ts';

/** A resource as a template has it. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
}

/** Something of the templates that a program does not have. */
export interface Lack {
  /** As it is listed. */
  what: string;
  /** Whether the resource cannot be deployed there. It is left out. */
  concerns(resource: TemplateResource): boolean;
}

/** Something of a resource or a definition that is said in another way, where a program has a fault. */
export interface Patch {
  /** What the program does that AWS does not, as it is listed. */
  what: string;
  resource?(resource: TemplateResource): TemplateResource;
  /** Of a state machine, as text. */
  definition?(text: string): string;
}

/** A part of the end state that a program cannot have. */
export interface Blind {
  /** Of an end state, for example `endpoints.groups`. */
  part: string;
  /** As it is listed. */
  what: string;
}

/** A program of others that answers as AWS. */
export interface Program {
  name: string;
  requirement: Requirement;
  /** Of its folder of programs. */
  command: string;
  /** How it listens on loopback only, at the port, with waits that are `speed` times as short. Functions call `url`. */
  settings(to: { port: number; url: string; speed: number }): {
    args: readonly string[];
    env: Record<string, string>;
  };
  /** A path that answers once it is up. */
  health: string;
  /** As it knows accounts. */
  clients(url: string, region: string, accountId: string): Promise<Clients>;
  lacks: readonly Lack[];
  /** What has to be put right in requests and answers. */
  repairs(managementAccountId: string): readonly Repair[];
  /** What has to be put right in what is deployed. */
  patches: readonly Patch[];
  /** What it cannot have of an end state. */
  blind: readonly Blind[];
  /** Why it cannot run functions here. Then nothing is played. */
  runsNoFunctions?: string;
}
