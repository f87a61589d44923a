import type { Permission } from './granted.ts';

/** A permission that no story uses, and why it is there all the same. Each one was looked at by a person. */
export interface Explanation extends Partial<Pick<Permission, 'stack' | 'holder'>> {
  action: string;
  reason: string;
}

export const explanations: readonly Explanation[] = [];

export function explanationOf(permission: Permission): Explanation | undefined {
  return explanations.find(
    ({ stack, holder, action }) =>
      action === permission.action &&
      (stack === undefined || stack === permission.stack) &&
      (holder === undefined || holder === permission.holder),
  );
}
