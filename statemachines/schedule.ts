import type { RetryPolicy } from './retry-policy.ts';

/** Seconds before each retry, before jitter. */
export function delaysOf(policy: Omit<RetryPolicy, 'ErrorEquals'>): number[] {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity, MaxAttempts } = policy;
  return Array.from({ length: MaxAttempts }, (_, retry) =>
    Math.min(IntervalSeconds * BackoffRate ** retry, MaxDelaySeconds),
  );
}

/** Seconds in all. What the attempts themselves take comes on top. */
export function longestOf(policy: Omit<RetryPolicy, 'ErrorEquals'>): number {
  return delaysOf(policy).reduce((sum, delay) => sum + delay, 0);
}

/** `12 retries in at most 8 min 2 s, half of it on average`. */
export function arithmeticOf(policy: RetryPolicy): string {
  const half = policy.JitterStrategy === 'FULL' ? ', half of it on average' : '';
  return `${policy.MaxAttempts} retries in at most ${durationOf(longestOf(policy))}${half}`;
}

/** Seconds in words, without fractions of a second: `8 min 2 s`. */
export function durationOf(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.join(' ') || '0 s';
}
