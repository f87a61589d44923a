import * as errors from '../../shared/errors.ts';

/** Errors that the workflows themselves end with. */
const WORKFLOW_ERRORS = [
  'ApprovalRefused',
  'ApprovalTimedOut',
  'EndpointNotStaying',
  'OffboardingNotEnding',
  'PrivateLinkNotReady',
];

/** Every error name that has a section of its own in docs/operations.md. */
export const RUNBOOK_ERRORS: ReadonlySet<string> = new Set([
  ...Object.keys(errors).filter((name) => name !== 'NamedError'),
  ...WORKFLOW_ERRORS,
]);

/** The anchor of the section about a failure. A heading's anchor is the heading in lower case. */
export function sectionOf(error: string | null): string {
  if (error === null || error === 'States.Timeout') return 'timed-out';
  return RUNBOOK_ERRORS.has(error) ? error.toLowerCase() : 'any-other-error';
}
