/** Bytes of a template that is handed over inline (AWS CloudFormation quotas, "Template body size"). */
const LARGEST_BODY = 51_200;

/**
 * A template's text, if a StackSet takes it inline.
 *
 * @throws Error if it is too large
 */
export function inline(body: string): string {
  const size = Buffer.byteLength(body);
  if (size > LARGEST_BODY) {
    throw new Error(
      `The template of the member stack has ${size} bytes, and a StackSet takes at most ${LARGEST_BODY} inline. ` +
        'Take something out of lib/member-stack.ts, or out of the configuration.',
    );
  }
  return body;
}
