import { TemplateError } from './intrinsics.ts';

/** What a template may hold at most ("CloudFormation quotas", AWS CloudFormation User Guide). */
const LIMITS = { Resources: 500, Parameters: 200, Mappings: 200, Outputs: 200 } as const;

/** Attributes that say what becomes of a resource, with their values ("Resource attribute reference"). */
const POLICIES = {
  DeletionPolicy: ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'],
  UpdateReplacePolicy: ['Delete', 'Retain', 'Snapshot'],
} as const;

type Sections = Record<string, Record<string, Record<string, unknown>> | undefined>;

/**
 * Checks how a template is built, before anything in it is read: what CloudFormation calls a template format error.
 *
 * @throws TemplateError for the first thing that CloudFormation would refuse
 */
export function checkAnatomy(template: object): void {
  const { AWSTemplateFormatVersion: version, ...sections } = template as {
    AWSTemplateFormatVersion?: unknown;
  };
  const { Resources = {}, Parameters = {}, Outputs = {} } = sections as Sections;
  if (version !== undefined && version !== '2010-09-09') {
    throw malformed('unsupported value for AWSTemplateFormatVersion.');
  }
  if (Object.keys(Resources).length === 0) {
    throw malformed('At least one Resources member must be defined.');
  }
  for (const [section, most] of Object.entries(LIMITS)) {
    const count = Object.keys((sections as Sections)[section] ?? {}).length;
    if (count > most) {
      throw malformed(
        `Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
    }
  }
  for (const [name, resource] of Object.entries(Resources)) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) throw malformed(`Resource name ${name} is non alphanumeric.`);
    for (const [attribute, known] of Object.entries(POLICIES)) {
      const value = resource[attribute];
      if (value === undefined || (known as readonly unknown[]).includes(value)) continue;
      throw malformed(`Unrecognized ${attribute} ${value} for resource ${name}`);
    }
  }
  for (const [name, { Type }] of Object.entries(Parameters)) {
    if (Type === undefined) throw malformed(`Every Parameters object must contain a Type member: ${name}`);
  }
  for (const [name, { Value }] of Object.entries(Outputs)) {
    if (Value === undefined) throw malformed(`Every Outputs member must contain a Value object: ${name}`);
  }
}

function malformed(problem: string): TemplateError {
  return new TemplateError(`Template format error: ${problem}`);
}
