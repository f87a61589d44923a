// What the local cloud serves of Lambda, in the form of the SDK's schemas. The SDK's Lambda client is not a
// dependency: nothing else of it would be used. The facts are those of Lambda's API reference.

const string = 0;
const number = 1;
const blob = 21;
const document = 15;
const namespace = 'com.amazonaws.lambda';

/** A structure of members that are as in JSON, but for those of which traits say where they are. */
function structure(name: string, members: Record<string, unknown>) {
  return [3, namespace, name, 0, Object.keys(members), Object.values(members)];
}

function operation(name: string, http: [string, string, number], input: unknown, output: unknown) {
  return [9, namespace, name, { http }, () => input, () => output];
}

const functionName = {
  FunctionName: [string, { httpLabel: 1 }],
  Qualifier: [string, { httpQuery: 'Qualifier' }],
};

/** Members that nobody here reads one by one are as JSON has them. */
const configuration = {
  ...Object.fromEntries(
    'FunctionName FunctionArn Runtime Role Handler Description LastModified Version PackageType State LastUpdateStatus CodeSha256 RevisionId'
      .split(' ')
      .map((name) => [name, string]),
  ),
  ...Object.fromEntries(['Timeout', 'MemorySize', 'CodeSize'].map((name) => [name, number])),
  ...Object.fromEntries(
    'Environment Architectures TracingConfig LoggingConfig DeadLetterConfig'
      .split(' ')
      .map((name) => [name, document]),
  ),
};
const described = structure('FunctionConfiguration', configuration);

export const lambdaSchemas = {
  Invoke$: operation(
    'Invoke',
    ['POST', '/2015-03-31/functions/{FunctionName}/invocations', 200],
    structure('InvocationRequest', {
      ...functionName,
      InvocationType: [string, { httpHeader: 'X-Amz-Invocation-Type' }],
      LogType: [string, { httpHeader: 'X-Amz-Log-Type' }],
      ClientContext: [string, { httpHeader: 'X-Amz-Client-Context' }],
      Payload: [blob, { httpPayload: 1 }],
    }),
    structure('InvocationResponse', {
      StatusCode: [number, { httpResponseCode: 1 }],
      FunctionError: [string, { httpHeader: 'X-Amz-Function-Error' }],
      LogResult: [string, { httpHeader: 'X-Amz-Log-Result' }],
      ExecutedVersion: [string, { httpHeader: 'X-Amz-Executed-Version' }],
      Payload: [blob, { httpPayload: 1 }],
    }),
  ),
  ListFunctions$: operation(
    'ListFunctions',
    ['GET', '/2015-03-31/functions', 200],
    structure('ListFunctionsRequest', {
      FunctionVersion: [string, { httpQuery: 'FunctionVersion' }],
      Marker: [string, { httpQuery: 'Marker' }],
      MaxItems: [number, { httpQuery: 'MaxItems' }],
    }),
    structure('ListFunctionsResponse', {
      Functions: [() => [1, namespace, 'FunctionList', 0, () => described]],
      NextMarker: string,
    }),
  ),
  GetFunctionConfiguration$: operation(
    'GetFunctionConfiguration',
    ['GET', '/2015-03-31/functions/{FunctionName}/configuration', 200],
    structure('GetFunctionConfigurationRequest', functionName),
    described,
  ),
  GetAccountSettings$: operation(
    'GetAccountSettings',
    ['GET', '/2016-08-19/account-settings', 200],
    structure('GetAccountSettingsRequest', {}),
    structure('GetAccountSettingsResponse', { AccountLimit: document, AccountUsage: document }),
  ),
};
