// A small CDK app with the CDK's defaults: no names, no environment, a function in the template's text.
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  DefinitionBody,
  QueryLanguage,
  StateMachine,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SnsPublish, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';

const app = new App({ outdir: process.argv[2] });
const stack = new Stack(app, 'Shop');
const price = new Lambda(stack, 'Price', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromInline(
    `exports.handler = async (event) => { console.log('pricing', event.item); return { item: event.item, price: event.item.length * 10 }; };`,
  ),
});
const queue = new Queue(stack, 'Queue');
const topic = new Topic(stack, 'Topic');
topic.addSubscription(new SqsSubscription(queue));
const ask = LambdaInvoke.jsonata(stack, 'Ask price', {
  lambdaFunction: price,
  payload: TaskInput.fromObject({ item: '{% $states.input.item %}' }),
  outputs: '{% $states.result.Payload %}',
  assign: { price: '{% $states.result.Payload.price %}' },
});
const wait = Wait.jsonata(stack, 'Think', { time: WaitTime.duration(Duration.hours(1)) });
const tell = SnsPublish.jsonata(stack, 'Tell', {
  topic,
  message: TaskInput.fromText('{% "price is " & $string($price) %}'),
  outputs: '{% {"price": $price} %}',
});
const send = SqsSendMessage.jsonata(stack, 'Send', {
  queue,
  messageBody: TaskInput.fromObject({ price: '{% $price %}' }),
  outputs: '{% {"price": $price, "cheap": true} %}',
});
const chain = ask
  .next(wait)
  .next(Choice.jsonata(stack, 'Dear?').when(Condition.jsonata('{% $price > 50 %}'), tell).otherwise(send));
const machine = new StateMachine(stack, 'Orders', {
  definitionBody: DefinitionBody.fromChainable(chain),
  queryLanguage: QueryLanguage.JSONATA,
  timeout: Duration.days(1),
});
const rule = new Rule(stack, 'OnOrder', { eventPattern: { source: ['shop'], detailType: ['Order'] } });
rule.addTarget(new SfnStateMachine(machine));
new Rule(stack, 'Copy', { eventPattern: { source: ['shop'] } }).addTarget(new SqsQueue(queue));
new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn });
app.synth();
