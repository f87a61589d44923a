import { Activity } from 'local-cloud';
import type { Deployment } from '../deployment.ts';
import { MINUTE, type Stage } from './story.ts';

/** Somebody who approves whatever a message asks for, a minute after it came, as its command says. */
export function approveEverything(cloud: Deployment, say: Stage['say']): void {
  cloud.observeMessages(({ subject = '', message }) => {
    const taskToken = /send-task-success .*--task-token '?([^'\s]+)/.exec(message)?.[1];
    if (!taskToken) return;
    const answer = async (activity: Activity) => {
      await activity.sleep(MINUTE);
      say(cloud.hub.accountId, `A person approves: ${subject.replace(/^\S+: approve |\?$/g, '')}.`);
      const output = JSON.stringify({ approvedBy: 'Ada' });
      await cloud.call('states', 'SendTaskSuccess', { taskToken, output }, cloud.hub);
    };
    void Activity.run(cloud.clock, answer, { what: 'a person who approves', isOfCloud: true });
  });
}
