import * as errors from '../../shared/errors.ts';
import { anchorOf } from '../../shared/workflows/message.ts';

/** Errors that the workflows themselves end with. */
const WORKFLOW_ERRORS = [
  'ApprovalRefused',
  'ApprovalTimedOut',
  'EndpointNotStaying',
  'OffboardingNotEnding',
  'PrivateLinkNotReady',
  'ScriptNotStored',
];

/** Every error name that has a section of its own in docs/operations.md. */
export const RUNBOOK_ERRORS: ReadonlySet<string> = new Set([
  ...Object.keys(errors).filter((name) => name !== 'NamedError'),
  ...WORKFLOW_ERRORS,
]);

/** The heading of the section about a failure. */
export function titleOf(error: string | null): string {
  if (error === null || error === 'States.Timeout') return 'Timed out';
  return RUNBOOK_ERRORS.has(error) ? error : 'Any other error';
}

/** The anchor of that section. */
export function sectionOf(error: string | null): string {
  return anchorOf(titleOf(error));
}
