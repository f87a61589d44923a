const compiled = new Map<string, RegExp>();

/** Whether the whole value matches a pattern in which `*` stands for any characters and `?` for any one. */
export function matchesPattern(pattern: string, value: string): boolean {
  if (pattern === value || pattern === '*') return true;
  if (!/[*?]/.test(pattern)) return false;
  let expression = compiled.get(pattern);
  if (!expression) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}
