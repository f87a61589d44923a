// A small CDK app with an environment of its own, a definition in the States Language, and a function from a folder.

import { fileURLToPath } from 'node:url';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

const app = new App({ outdir: process.argv[2] });
const stack = new Stack(app, 'Store', { env: { account: '123456789012', region: 'eu-central-1' } });
const table = new Table(stack, 'Table', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const dlq = new Queue(stack, 'Dlq', { retentionPeriod: Duration.days(14) });
const fn = new Lambda(stack, 'Writer', {
  runtime: Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: Code.fromAsset(fileURLToPath(new URL('./fn', import.meta.url))),
  environment: { TABLE: table.tableName },
  timeout: Duration.seconds(10),
  deadLetterQueue: dlq,
  logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.ONE_WEEK }),
});
table.grantReadWriteData(fn);
new Rule(stack, 'Hourly', { schedule: Schedule.rate(Duration.hours(1)) }).addTarget(
  new LambdaFunction(fn, { retryAttempts: 2 }),
);
const bus = new EventBus(stack, 'Bus');
new Rule(stack, 'Custom', { eventBus: bus, eventPattern: { source: ['store'] } }).addTarget(
  new LambdaFunction(fn),
);
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: '{% $states.input.ids %}',
      ItemProcessor: {
        StartAt: 'Write',
        States: {
          Write: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: '${Writer}', Payload: { id: '{% $states.input %}' } },
            Output: '{% $states.result.Payload.stored %}',
            Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
            End: true,
          },
        },
      },
      Next: 'Count',
    },
    Count: {
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:getItem',
      Arguments: { TableName: '${Table}', Key: { id: { S: '{% $states.input[0] %}' } } },
      Output: '{% {"first": $states.result.Item.id.S} %}',
      Next: 'Announce',
    },
    Announce: {
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Arguments: {
        Entries: [
          { EventBusName: '${Bus}', Source: 'store', DetailType: 'Done', Detail: { id: 'announced' } },
        ],
      },
      Output: '{% $states.input %}',
      End: true,
    },
  },
};
const machine = new StateMachine(stack, 'Machine', {
  definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
  definitionSubstitutions: { Writer: fn.functionName, Table: table.tableName, Bus: bus.eventBusName },
  logs: { destination: new LogGroup(stack, 'MachineLogs'), level: LogLevel.ALL },
  tracingEnabled: true,
});
fn.grantInvoke(machine);
table.grantReadData(machine);
bus.grantPutEventsTo(machine);
app.synth();
