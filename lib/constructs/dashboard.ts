import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { namesIn } from '../names.ts';
import { ownMetrics } from './monitoring.ts';

export interface OperatorsDashboardProps {
  alarms: Alarm[];
  workflows: StateMachine[];
  /** The functions that call Redis Cloud. */
  redisCloud: IFunction[];
  deadLetterQueue: IQueue;
}

const PERIOD = Duration.minutes(5);
/** Three in a row. */
const WIDTH = 8;

/** What an operator looks at: alarms, what was connected, what failed, what waits. */
export class OperatorsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperatorsDashboardProps) {
    super(scope, id);
    const ownMetric = ownMetrics(this);
    const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
      new GraphWidget({ title, left, right, width: WIDTH, liveData: true });
    new Dashboard(this, 'Dashboard', {
      dashboardName: namesIn(this).SYSTEM,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: props.alarms, width: 3 * WIDTH })],
        [
          graph('Connected and disconnected', [
            ownMetric('Connected', 'Sum', PERIOD),
            ownMetric('Admitted', 'Sum', PERIOD),
            ownMetric('Disconnected', 'Sum', PERIOD),
          ]),
          graph(
            'Executions that failed',
            props.workflows.map((workflow) => workflow.metricFailed({ period: PERIOD })),
            [ownMetric('Failed', 'Sum', PERIOD)],
          ),
          graph('Time to connect (seconds)', [
            ownMetric('TimeToConnect', 'Average', PERIOD),
            ownMetric('TimeToConnect', 'p90', PERIOD),
          ]),
        ],
        [
          graph(
            'The lock: waited and held (seconds), who waits',
            [ownMetric('LockWait', 'Maximum', PERIOD), ownMetric('LockHeld', 'Maximum', PERIOD)],
            [ownMetric('LocksWaitedFor', 'Maximum', PERIOD)],
          ),
          graph(
            'Redis Cloud: calls',
            props.redisCloud.map((one) => one.metricInvocations({ period: PERIOD })),
            [ownMetric('TaskPolls', 'Sum', PERIOD)],
          ),
          graph('Redis Cloud: refused', [
            ownMetric('RateLimited', 'Sum', PERIOD),
            ownMetric('KeysRefused', 'Sum', PERIOD),
          ]),
        ],
        [
          graph('Dead letters', [
            props.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
              period: PERIOD,
              statistic: 'Maximum',
            }),
          ]),
          graph(
            'Reconciliation, what is held and what is left',
            [ownMetric('Differences', 'Maximum', PERIOD), ownMetric('ReconciliationGaps', 'Maximum', PERIOD)],
            [
              ownMetric('InvitationsNearExpiry', 'Maximum', PERIOD),
              ownMetric('RemovalsHeld', 'Maximum', PERIOD),
              ownMetric('Leftovers', 'Maximum', PERIOD),
            ],
          ),
          graph('Defects', [ownMetric('Defects', 'Sum', PERIOD)]),
        ],
      ],
    });
  }
}
