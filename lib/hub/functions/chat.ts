import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { tellChatEnvironment } from '../../../lambdas/chat/tell-chat.ts';
import { type ApiFunction, environmentOf } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { addFunction } from './add-function.ts';

/** @param topic where chats listen */
export function tellChat(hub: Hub, topic: ITopic): ApiFunction {
  const environment = environmentOf<typeof tellChatEnvironment>({ CHAT_TOPIC_ARN: topic.topicArn });
  return addFunction(hub, 'TellChat', {
    call: 'tell-chat',
    description: 'Publishes messages in the form that chats show.',
    environment,
  });
}
