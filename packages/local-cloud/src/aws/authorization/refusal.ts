import { AwsError } from '../service.ts';

/** Codes of services that do not answer `AccessDeniedException`, as their API references list them. */
const codes = new Map([
  ['ec2', ['UnauthorizedOperation', 403]],
  ['iam', ['AccessDenied', 403]],
  ['lambda', ['AccessDeniedException', 403]],
  ['sns', ['AuthorizationErrorException', 403]],
  ['sqs', ['AccessDenied', 403]],
  ['sts', ['AccessDenied', 403]],
] as const);

/** How these services name the refusal of a key that they would use for the caller. */
const keyCodes = new Map([
  ['sns', ['KMSAccessDeniedException', 400]],
  ['sqs', ['KmsAccessDenied', 400]],
] as const);

/** The error with which a service refuses a call for want of a permission. */
export function refusalOf(signingName: string, action: string, message: string): AwsError {
  const isAboutKey = action.startsWith('kms:') && signingName !== 'kms';
  const known = isAboutKey ? keyCodes.get(signingName as 'sqs') : codes.get(signingName as 'sqs');
  const [code, status] = known ?? ['AccessDeniedException', 400];
  const said =
    code === 'UnauthorizedOperation'
      ? `You are not authorized to perform this operation. ${message}`
      : message;
  return new AwsError(code, said, status);
}
