// Bounds that both functions and definitions know: `statemachines/bounds.ts` writes them into the latter.

/** Seconds between two polls of something that takes minutes, at Redis Cloud or at AWS. */
export const POLL_SECONDS = 15;

/**
 * Polls after which a workflow stops to wait: 120 × 15 s = 30 min, and what the polls themselves take. A PrivateLink
 * or an endpoint takes minutes; what takes longer than half an hour needs a person to look.
 */
export const MAX_POLLS = 120;

/** For so many polls, two minutes, Redis Cloud may still show what was removed as it was. */
export const LAGGING_POLLS = 8;
