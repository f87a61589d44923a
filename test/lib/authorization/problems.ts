import { type ActionResource, actionsNamed, couldBe, isGlobalKey, type KnownAction } from './reference.ts';
import type { PolicyStatement } from './statements.ts';

/** What AWS's Service Authorization Reference says against a policy. */
export interface Problem {
  at: string;
  action: string;
  message: string;
}

/** The problems of a statement. */
export async function problemsOf(statement: PolicyStatement): Promise<Problem[]> {
  const { at } = statement;
  const problems = statement.actions.map(async (pattern): Promise<Problem[]> => {
    const actions = await actionsNamed(pattern);
    if (actions.length === 0) return [{ at, action: pattern, message: 'AWS has no such action' }];
    const messages = actions.map((action) => messagesOf(statement, action));
    // A pattern also names actions that the statement does not mean: it must be right for one.
    if (pattern.includes('*') && messages.some((found) => found.length === 0)) return [];
    return actions.flatMap(({ name }, index) =>
      messages[index]!.map((message) => ({ at, action: name, message })),
    );
  });
  return (await Promise.all(problems)).flat();
}

function messagesOf(statement: PolicyStatement, action: KnownAction): string[] {
  const { effect, ofResource, resources, keys } = statement;
  const types = action.resources.filter(({ arn }) => resources.some((resource) => couldBe(arn, resource)));
  const messages = keys
    .filter((key) => !knowsKey(action, ofResource ? action.resources : types, key))
    .map((key) => `it has no condition key ${key}`);
  for (const resource of resources) {
    if (resource === '*') {
      // In the policy of a resource it is that resource; a refusal may reach too far.
      const isWide = !ofResource && effect === 'Allow' && types.some(({ required }) => required);
      if (isWide)
        messages.push(`it is on a ${types.map(({ name }) => name).join(' or a ')}, not on everything`);
    } else if (!action.resources.some(({ arn }) => couldBe(arn, resource))) {
      messages.push(`it is on no ${resource}`);
    }
  }
  return messages;
}

function knowsKey(action: KnownAction, types: ActionResource[], key: string): boolean {
  // Every service has the other keys of all services; those of tags only where resources or requests have tags.
  const ofTags = /^aws:(ResourceTag|RequestTag|TagKeys)\b/.test(key);
  if (isGlobalKey(key) && !ofTags) return true;
  const known = [...action.conditionKeys, ...types.flatMap(({ conditionKeys }) => conditionKeys)];
  return known.some((one) => couldBe(one, key));
}
