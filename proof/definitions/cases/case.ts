/** What an expression of a step comes to with given variables. */
export interface Case {
  /** `onboard / What is missing?` */
  step: string;
  /** Where in the state it stands, `Assign/waited`; `Choices` for the state that comes next. */
  path: string;
  given: Record<string, unknown>;
  expected: unknown;
}

/** Cases of a Choice state: what differs from `given`, and what comes next. */
export function choices(
  step: string,
  given: Record<string, unknown>,
  ...rows: readonly (readonly [differs: Record<string, unknown>, next: string])[]
): Case[] {
  return rows.map(([differs, expected]) => ({
    step,
    path: 'Choices',
    given: { ...given, ...differs },
    expected,
  }));
}

/** Cases of one expression. */
export function values(
  step: string,
  path: string,
  ...rows: readonly (readonly [given: Record<string, unknown>, expected: unknown])[]
): Case[] {
  return rows.map(([given, expected]) => ({ step, path, given, expected }));
}

/** What a step that gives back the lock and fails is told: after a redrive it fails no more. */
export function failures(step: string): Case[] {
  const states = (RedriveCount: number) => ({ context: { Execution: { RedriveCount } } });
  const failure = { Error: 'TaskFailed' };
  return values(
    step,
    'Arguments/Payload/failure',
    [{ states: states(1), failedAfterRedrives: 1, failure }, failure],
    [{ states: states(2), failedAfterRedrives: 1, failure }, null],
  );
}

/** What an execution counts when a change has come to nothing: the subscription was busy, or it failed. */
export function counts(step: string): Case[] {
  const given = (name: string) => ({
    refusals: 1,
    failures: 1,
    states: { errorOutput: { Error: name } },
  });
  const [busy, failed] = [given('SubscriptionBusy'), given('TaskWithoutResult')];
  return [
    ...values(step, 'Catch/1/Assign/refusals', [busy, 2], [failed, 1]),
    ...values(step, 'Catch/1/Assign/failures', [busy, 1], [failed, 2]),
    ...values(step, 'Catch/1/Assign/isBusy', [busy, true], [failed, false]),
  ];
}

/** How long whoever was refused waits. */
export function refusedPauses(step: string): Case[] {
  return values(
    step,
    'Seconds',
    [{ refusals: 0, failures: 0 }, 15],
    [{ refusals: 2, failures: 1 }, 33],
    [{ refusals: 30, failures: 0 }, 300],
  );
}
