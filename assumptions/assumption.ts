/** One answer that may be true. */
export interface Alternative {
  /** As `--assume NAME=VALUE` takes it: `last-change`. */
  value: string;
  /** What is true then, in one sentence. */
  means: string;
  /** What the product does then, in one sentence. */
  outcome: string;
}

/** Something about AWS or Redis Cloud on which behaviour depends, and which no document settles. */
export interface Assumption {
  /** As `--assume NAME=VALUE` takes it: `task-timestamp`. */
  name: string;
  about: 'AWS' | 'Redis Cloud';
  question: string;
  /** All that may be true. The code must do well under each. */
  alternatives: readonly [Alternative, Alternative, ...Alternative[]];
  /** The value that is thought to be true. */
  assumed: string;
  /** The value that the local world has by default: the unkindest one that is plausible. */
  local: string;
  /** Where the question is from: documents, clients and reports, and what they say. */
  sources: readonly string[];
  /** Paths of the tests and commands that try the alternatives. */
  tried: readonly string[];
  /** Why no story of `npm run assumptions` comes by it. Then the tests of `tried` have to play each alternative. */
  unplayed?: string;
}
