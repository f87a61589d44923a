import type { Json } from '../../src/states/json.ts';
import type { RecordedEvent, Recording } from './recording.ts';

/*
 * Recordings that nobody made: they say what the States Language's documentation says, so that the runner itself can be
 * tried where no recordings of AWS are at hand.
 */

const event = (type: string, details: Record<string, Json> = {}): RecordedEvent => ({ type, details });
const entered = (type: string, name: string, input: Json) => event(`${type}StateEntered`, { name, input });
const exited = (type: string, name: string, output: Json) => event(`${type}StateExited`, { name, output });

const ERROR = { error: 'Broken', cause: '{"errorType":"Broken"}' };

/** A task that fails once and is caught. */
const caught: Recording = {
  id: 'a task that fails and is caught',
  template: {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:<partition>:lambda:<region>:111111111111:function:<name:1>',
        Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Done' }],
        Next: 'Done',
      },
      Done: { Type: 'Succeed', Output: '{% $states.input.Error %}' },
    },
  },
  input: { id: '<id:1>' },
  replay: { Work: [{ given: { id: '<id:1>' }, error: ERROR }] },
  outcome: { status: 'SUCCEEDED', output: 'Broken' },
  recorded: [
    event('ExecutionStarted', { input: { id: '<id:1>' }, roleArn: 'snf_role_arn' }),
    entered('Task', 'Work', { id: '<id:1>' }),
    event('LambdaFunctionScheduled', {
      input: { id: '<id:1>' },
      resource: 'arn:<partition>:lambda:<region>:111111111111:function:<name:1>',
    }),
    event('LambdaFunctionStarted'),
    event('LambdaFunctionFailed', { error: 'Broken', cause: { errorType: 'Broken' } }),
    exited('Task', 'Work', { Error: 'Broken', Cause: '{"errorType": "Broken"}' }),
    entered('Succeed', 'Done', { Error: 'Broken', Cause: '{"errorType":"Broken"}' }),
    exited('Succeed', 'Done', 'Broken'),
    event('ExecutionSucceeded', { output: 'Broken' }),
  ],
  concurrent: [],
};

const PUBLISH = { resourceType: 'sns', resource: 'publish.waitForTaskToken' };
const MESSAGE = { TopicArn: '<topic>', Message: { token: '<token>' } };

/** A task whose token nobody returns. */
const timedOut: Recording = {
  id: 'a task token that is never returned',
  template: {
    QueryLanguage: 'JSONata',
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish.waitForTaskToken',
        Arguments: { TopicArn: 'topic', Message: { token: '{% $states.context.Task.Token %}' } },
        TimeoutSeconds: 600,
        End: true,
      },
    },
  },
  input: null,
  replay: { Ask: [{ given: MESSAGE, submitted: { MessageId: '<uuid:1>' }, timeout: {} }] },
  outcome: { status: 'FAILED', error: 'States.Timeout' },
  recorded: [
    event('ExecutionStarted', { input: null }),
    entered('Task', 'Ask', null),
    event('TaskScheduled', { ...PUBLISH, parameters: MESSAGE, timeoutInSeconds: 600 }),
    event('TaskStarted', PUBLISH),
    event('TaskSubmitted', { ...PUBLISH, output: { MessageId: '<uuid:1>' } }),
    event('TaskTimedOut', { ...PUBLISH, error: 'States.Timeout' }),
    event('ExecutionFailed', { error: 'States.Timeout' }),
  ],
  concurrent: [],
};

const inside = (index: number) => [
  event('MapIterationStarted', { name: 'Each', index }),
  entered('Task', 'Send', index),
  event('TaskScheduled', { resourceType: 'sqs', resource: 'sendMessage', parameters: index }),
  event('TaskStarted', { resourceType: 'sqs', resource: 'sendMessage' }),
  event('TaskSucceeded', { resourceType: 'sqs', resource: 'sendMessage', output: `sent ${index}` }),
  exited('Task', 'Send', `sent ${index}`),
  event('MapIterationSucceeded', { name: 'Each', index }),
];

/** Iterations that run at once: AWS may have recorded one after the other. */
const mapped: Recording = {
  id: 'iterations that run at once',
  template: {
    QueryLanguage: 'JSONata',
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [0, 1],
        ItemProcessor: {
          StartAt: 'Send',
          States: { Send: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } },
        },
        End: true,
      },
    },
  },
  input: {},
  replay: {
    Send: [
      { given: 1, iteration: 1, result: 'sent 1' },
      { given: 0, iteration: 0, result: 'sent 0' },
    ],
  },
  outcome: { status: 'SUCCEEDED', output: ['sent 0', 'sent 1'] },
  recorded: [
    event('ExecutionStarted', { input: {} }),
    entered('Map', 'Each', {}),
    event('MapStateStarted', { length: 2 }),
    ...inside(1),
    ...inside(0),
    event('MapStateSucceeded'),
    exited('Map', 'Each', ['sent 0', 'sent 1']),
    event('ExecutionSucceeded', { output: ['sent 0', 'sent 1'] }),
  ],
  concurrent: ['Each'],
};

export const EXAMPLES: readonly Recording[] = [caught, timedOut, mapped];
