import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ask, pages } from '../ask.ts';
import type { Check } from '../examination.ts';
import { missing, ok } from '../finding.ts';

/** No alarm of the hub rings. */
export const alarms: Check = {
  name: 'the alarms',
  places: ['hub'],
  async look(examination) {
    const { hubRegion } = examination.configuration.organization;
    const all = await pages(async (NextToken) => {
      const answer = await ask('cloudwatch:DescribeAlarms', () =>
        examination
          .client(CloudWatchClient, hubRegion)
          .send(new DescribeAlarmsCommand({ AlarmNamePrefix: `${examination.names.SYSTEM}-`, NextToken })),
      );
      return { items: answer?.MetricAlarms, next: answer?.NextToken };
    });
    const ringing = all.filter(({ StateValue }) => StateValue === 'ALARM');
    if (ringing.length === 0) return [ok(`none of ${all.length} alarms is in ALARM`)];
    return ringing.map(({ AlarmName, StateReason }) =>
      missing(
        `the alarm ${AlarmName} is in ALARM: ${StateReason}`,
        `aws cloudwatch describe-alarms --region ${hubRegion} --alarm-names ${AlarmName} --query 'MetricAlarms[].AlarmDescription' --output text`,
      ),
    );
  },
};
