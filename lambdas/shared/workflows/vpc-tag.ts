/** The tag by which a VPC asks for connections: their names, separated by spaces. */
export const TAG = 'redis-privatelink';

/** The names in the tag's value. */
export function names(value: string | undefined): string[] {
  return [...new Set((value ?? '').split(/\s+/).filter(Boolean))];
}
