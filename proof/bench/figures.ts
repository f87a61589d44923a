import type { FunctionFigures } from './functions.ts';
import type { SingleOnboarding } from './onboarding.ts';
import type { SynthesisFigures } from './synthesis.ts';
import type { Wave } from './wave.ts';

/** All that one run measured. */
export interface Figures {
  /** ISO date. */
  date: string;
  machine: { node: string; cores: number; gibibytes: number };
  onboardings: SingleOnboarding[];
  waves: Wave[];
  functions: FunctionFigures[];
  synthesis: SynthesisFigures;
  run: { seconds: number; peakMebibytes: number };
}
