import type { FunctionFigures } from './functions.ts';
import type { SingleOnboarding } from './onboarding.ts';
import type { RowFigures } from './rows.ts';
import type { SynthesisFigures } from './synthesis.ts';
import type { Wave } from './wave.ts';

/** What one run measured: all, or the parts that were asked for. */
export interface Figures {
  /** ISO date. */
  date: string;
  machine: { node: string; cores: number; gibibytes: number };
  onboardings?: SingleOnboarding[];
  waves?: Wave[];
  rows?: RowFigures[];
  functions?: FunctionFigures[];
  synthesis?: SynthesisFigures;
  /** Of the whole. */
  run?: { seconds: number; peakMebibytes: number };
}

/** What can be measured by itself. */
export const PARTS = ['onboardings', 'waves', 'functions', 'synthesis'] as const;
export type PartName = (typeof PARTS)[number];
