import { type ResourceType, resourceType } from './resource-type.ts';

/** `AWS::CloudWatch::*`. */
export const cloudWatchTypes: Record<string, ResourceType> = {
  'AWS::CloudWatch::Alarm': resourceType(
    'AlarmName AlarmDescription AlarmActions OKActions ComparisonOperator DatapointsToAlarm Dimensions EvaluationPeriods MetricName Metrics Namespace Period Statistic Threshold TreatMissingData Tags',
    async (resource) => {
      const { AlarmName = resource.name(255), ...settings } = resource.properties;
      const names = { AlarmNames: [AlarmName] };
      await resource.refuseTaken(
        AlarmName,
        ['monitoring', 'DescribeAlarms'],
        names,
        ({ MetricAlarms }) => MetricAlarms?.length > 0,
      );
      await resource.call('monitoring', 'PutMetricAlarm', { AlarmName, ...settings });
      return { ref: AlarmName, attributes: { Arn: resource.arn('cloudwatch', `alarm:${AlarmName}`) } };
    },
    {
      update: (resource, AlarmName) =>
        resource.call('monitoring', 'PutMetricAlarm', { ...resource.properties, AlarmName }),
      remove: (resource, name) => resource.call('monitoring', 'DeleteAlarms', { AlarmNames: [name] }),
    },
  ),

  'AWS::CloudWatch::Dashboard': resourceType(
    'DashboardName DashboardBody Tags',
    async (resource) => {
      const { DashboardName = resource.name(255), DashboardBody } = resource.properties;
      await resource.refuseTaken(DashboardName, ['monitoring', 'GetDashboard'], { DashboardName });
      await resource.call('monitoring', 'PutDashboard', { DashboardName, DashboardBody });
      return { ref: DashboardName };
    },
    {
      update: (resource, DashboardName) =>
        resource.call('monitoring', 'PutDashboard', {
          DashboardName,
          DashboardBody: resource.properties.DashboardBody,
        }),
      remove: (resource, name) => resource.call('monitoring', 'DeleteDashboards', { DashboardNames: [name] }),
    },
  ),
};
