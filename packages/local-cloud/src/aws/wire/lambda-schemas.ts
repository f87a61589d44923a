// Lambda's Invoke in the form of the SDK's schemas. The SDK's Lambda client is not a dependency: nothing else of
// it would be used. The facts are those of Lambda's API reference.

const string = 0;
const blob = 21;
const namespace = 'com.amazonaws.lambda';

const invocationRequest = [
  3,
  namespace,
  'InvocationRequest',
  0,
  ['FunctionName', 'InvocationType', 'LogType', 'ClientContext', 'Qualifier', 'Payload'],
  [
    [string, { httpLabel: 1 }],
    [string, { httpHeader: 'X-Amz-Invocation-Type' }],
    [string, { httpHeader: 'X-Amz-Log-Type' }],
    [string, { httpHeader: 'X-Amz-Client-Context' }],
    [string, { httpQuery: 'Qualifier' }],
    [blob, { httpPayload: 1 }],
  ],
];

const invocationResponse = [
  3,
  namespace,
  'InvocationResponse',
  0,
  ['StatusCode', 'FunctionError', 'LogResult', 'ExecutedVersion', 'Payload'],
  [
    [1, { httpResponseCode: 1 }],
    [string, { httpHeader: 'X-Amz-Function-Error' }],
    [string, { httpHeader: 'X-Amz-Log-Result' }],
    [string, { httpHeader: 'X-Amz-Executed-Version' }],
    [blob, { httpPayload: 1 }],
  ],
];

export const lambdaSchemas = {
  Invoke$: [
    9,
    namespace,
    'Invoke',
    { http: ['POST', '/2015-03-31/functions/{FunctionName}/invocations', 200] },
    () => invocationRequest,
    () => invocationResponse,
  ],
};
