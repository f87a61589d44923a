import { type ResourceRequest, type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::Events::*`. */
export const eventsTypes: Record<string, ResourceType> = {
  'AWS::Events::EventBus': resourceType('Name Description Tags Policy DeadLetterConfig', async (resource) => {
    const { Name, Description, Policy, DeadLetterConfig } = resource.properties;
    if (DeadLetterConfig) resource.refuse('the local cloud has no dead-letter queue of an event bus.');
    const { EventBusArn } = await resource.call('events', 'CreateEventBus', { Name, Description });
    if (Policy) {
      await resource.call('events', 'PutPermission', {
        EventBusName: Name,
        Policy: typeof Policy === 'string' ? Policy : JSON.stringify(Policy),
      });
    }
    return { ref: Name, attributes: { Arn: EventBusArn, Name } };
  }),

  'AWS::Events::EventBusPolicy': resourceType(
    'EventBusName StatementId Statement',
    async (resource) => {
      const { EventBusName = 'default', StatementId, Statement } = resource.properties;
      if (!Statement) resource.refuse('the local cloud knows an EventBusPolicy by its Statement only.');
      await putStatement(resource, Statement);
      return { ref: `${EventBusName}|${StatementId}` };
    },
    {
      update: (resource) => putStatement(resource, resource.properties.Statement),
      remove: (resource) => putStatement(resource, undefined),
    },
  ),

  'AWS::Events::Rule': resourceType(
    'Name Description EventBusName EventPattern ScheduleExpression State RoleArn Targets Tags',
    async (resource) => {
      const { Targets = [], EventPattern, Tags, ...properties } = resource.properties;
      // EventBridge's names are shorter than what CloudFormation makes of long stack names.
      const Name: string = properties.Name ?? resource.name(64);
      const identity = { Name, EventBusName: properties.EventBusName };
      await resource.refuseTaken(Name, ['events', 'DescribeRule'], identity);
      const { RuleArn } = await resource.call('events', 'PutRule', {
        ...properties,
        Name,
        Tags,
        EventPattern: EventPattern && JSON.stringify(EventPattern),
      });
      const EventBusName = properties.EventBusName;
      if (Targets.length > 0) {
        const input = { Rule: Name, EventBusName, Targets };
        const { FailedEntries } = await resource.call('events', 'PutTargets', input);
        if (FailedEntries?.length) resource.refuse(`PutTargets refused ${JSON.stringify(FailedEntries)}.`);
      }
      const bus = EventBusName?.split('/').at(-1);
      return {
        ref: bus && bus !== 'default' ? `${bus}|${Name}` : Name,
        attributes: { Arn: RuleArn },
      };
    },
    {
      update: async (resource, physicalId, previous) => {
        const { Targets = [], EventPattern, Tags: _, ...properties } = resource.properties;
        const Name = physicalId.split('|').at(-1);
        const { EventBusName } = properties;
        await resource.call('events', 'PutRule', {
          ...properties,
          Name,
          EventPattern: EventPattern && JSON.stringify(EventPattern),
        });
        const kept = idsOf(Targets);
        const Ids = idsOf(previous.Targets).filter((id) => !kept.includes(id));
        if (Ids.length > 0) await resource.call('events', 'RemoveTargets', { Rule: Name, EventBusName, Ids });
        if (Targets.length === 0) return;
        const { FailedEntries } = await resource.call('events', 'PutTargets', {
          Rule: Name,
          EventBusName,
          Targets,
        });
        if (FailedEntries?.length) resource.refuse(`PutTargets refused ${JSON.stringify(FailedEntries)}.`);
      },
      remove: async (resource, physicalId) => {
        const { EventBusName, Targets } = resource.properties;
        const Name = physicalId.split('|').at(-1);
        const Ids = idsOf(Targets);
        if (Ids.length > 0) await resource.call('events', 'RemoveTargets', { Rule: Name, EventBusName, Ids });
        await resource.call('events', 'DeleteRule', { Name, EventBusName });
      },
    },
  ),

  'AWS::Scheduler::Schedule': resourceType(
    'Name Description GroupName ScheduleExpression ScheduleExpressionTimezone FlexibleTimeWindow State StartDate EndDate KmsKeyArn Target',
    async (resource) => {
      const { Name = resource.name(64), ...input } = resource.properties;
      const { ScheduleArn } = await resource.call('scheduler', 'CreateSchedule', { ...input, Name });
      return { ref: Name, attributes: { Arn: ScheduleArn } };
    },
    {
      update: (resource, Name) =>
        resource.call('scheduler', 'UpdateSchedule', { ...resource.properties, Name }),
      remove: (resource, Name) =>
        resource.call('scheduler', 'DeleteSchedule', { Name, GroupName: resource.properties.GroupName }),
    },
  ),
};

function idsOf(targets: { Id: string }[] = []): string[] {
  return targets.map(({ Id }) => Id);
}

/** Puts the statement in the place of the one that has its id. */
async function putStatement(resource: ResourceRequest, statement: object | undefined): Promise<void> {
  const { EventBusName = 'default', StatementId } = resource.properties;
  const { Policy } = await resource.call('events', 'DescribeEventBus', { Name: EventBusName });
  const all: { Sid?: string }[] = Policy ? JSON.parse(Policy).Statement : [];
  const others = all.filter(({ Sid }) => Sid !== StatementId);
  const Statement = statement ? [...others, { ...statement, Sid: StatementId }] : others;
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await resource.call('events', 'PutPermission', { EventBusName, Policy: policy });
}
