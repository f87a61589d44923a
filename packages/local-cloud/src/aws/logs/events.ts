/** One line in a group of logs. */
export interface LogEvent {
  id: string;
  accountId: string;
  region: string;
  logGroupName: string;
  logStreamName: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}
