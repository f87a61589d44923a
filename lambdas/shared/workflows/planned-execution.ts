/** An execution to start. */
export interface PlannedExecution {
  workflow: 'onboard' | 'offboard';
  name: string;
  input: Record<string, string | boolean>;
}
