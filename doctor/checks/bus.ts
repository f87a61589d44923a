import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ask, named } from '../ask.ts';
import type { Check } from '../examination.ts';
import { missing, ok } from '../finding.ts';

interface Statement {
  Sid?: string;
  Effect: string;
  Action?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The accounts of the organization may put events on the hub's bus. */
export const bus: Check = {
  name: 'the event bus',
  places: ['hub'],
  async look(examination) {
    const { hubRegion, id } = examination.configuration.organization;
    const { SYSTEM, HUB_STACK } = examination.names;
    const answer = await ask(
      'events:DescribeEventBus',
      () =>
        examination.client(EventBridgeClient, hubRegion).send(new DescribeEventBusCommand({ Name: SYSTEM })),
      named('ResourceNotFoundException'),
    );
    if (!answer) return [missing(`the event bus ${SYSTEM} does not exist`, examination.deploy(HUB_STACK))];
    const { Statement = [] } = JSON.parse(answer.Policy ?? '{}') as { Statement?: Statement[] };
    const ofEvents = Statement.filter(({ Action }) =>
      [Action].flat().some((one) => /^(events:(PutEvents|\*)|\*)$/.test(one ?? '')),
    );
    const denial = ofEvents.find(
      (statement) => statement.Effect === 'Deny' && !isOfAnnouncements(statement, SYSTEM),
    );
    if (denial) {
      return [
        missing(
          `the policy of the event bus refuses events, in its statement ${denial.Sid ?? 'without a name'}`,
          `aws events remove-permission --region ${hubRegion} --event-bus-name ${SYSTEM} --statement-id ${denial.Sid ?? 'ID'}`,
        ),
      ];
    }
    const admits = ofEvents.some(
      ({ Effect, Condition }) =>
        Effect === 'Allow' && [Condition?.StringEquals?.['aws:PrincipalOrgID']].flat().includes(id),
    );
    if (admits) return [ok(`the event bus ${SYSTEM} admits the organization ${id}`)];
    return [
      missing(
        `the policy of the event bus does not admit the organization ${id}`,
        `aws events describe-event-bus --region ${hubRegion} --name ${SYSTEM} shows it; a changed policy comes back with aws cloudformation detect-stack-drift --region ${hubRegion} --stack-name ${HUB_STACK}, or by deleting the statement and ${examination.deploy(HUB_STACK)}`,
      ),
    ];
  },
};

/** The hub stack refuses what speaks in its own name; events of AWS have other sources. */
function isOfAnnouncements({ Condition }: Statement, system: string): boolean {
  const sources = [Condition?.['ForAnyValue:StringEquals']?.['events:source']].flat();
  return sources.every((source) => source === system);
}
