/** What a cause says: a function's is `{"errorType","errorMessage","trace"}`; anyone else's is plain text. */
export function messageOf(cause = ''): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
