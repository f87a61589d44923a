/**
 * What stands under a name that a person has chosen; undefined: nothing. Every object has a `constructor`, which is a good
 * name for a connection, too.
 */
export function ownMember<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
