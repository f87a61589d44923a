/**
 * A custom runtime that runs functions for Node.js, as the file `bootstrap` beside `index.mjs`. It speaks the Runtime API
 * of Lambda ("Building a custom runtime for AWS Lambda", AWS Lambda Developer Guide).
 */
export const BOOTSTRAP = `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
// MiniStack passes over the error of a function in a step that waits for a task token, so the step is told by the token.
const fail = (taskToken, error, cause) =>
  fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AWSStepFunctions.SendTaskFailure',
      'x-amz-security-token': process.env.AWS_SESSION_TOKEN ?? '',
      authorization:
        'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/' + process.env.AWS_REGION +
        '/states/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ taskToken, error, cause }),
  });
const post = (path, body) => fetch(api + path, { method: 'POST', body: JSON.stringify(body ?? null) });
import(process.env.LAMBDA_TASK_ROOT + '/index.mjs').then(async ({ handler }) => {
  for (;;) {
    const next = await fetch(api + 'next');
    const awsRequestId = next.headers.get('lambda-runtime-aws-request-id');
    const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
    const context = {
      awsRequestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn'),
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    const event = await next.json();
    try {
      await post(awsRequestId + '/response', await handler(event, context));
    } catch (error) {
      if (typeof event?.token === 'string') await fail(event.token, error.name, error.message);
      const trace = String(error.stack).split('\\n');
      await post(awsRequestId + '/error', { errorType: error.name, errorMessage: error.message, trace });
    }
  }
});
`;
