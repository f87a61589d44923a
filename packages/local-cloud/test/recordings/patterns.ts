import { compilePattern } from '../../src/aws/eventbridge/pattern.ts';

/** What AWS said about an event and a pattern: whether they match, or `exc` for a pattern that it refuses. */
export interface PatternRecording {
  label: string;
  event: string;
  pattern: string;
  want: boolean | 'exc';
  msg?: { exception_message?: { Error?: { Message?: string } } } | null;
}

export interface PatternVerdicts {
  same: number;
  /** What differs, in a line each. */
  different: string[];
  /** Patterns that AWS accepts and the local cloud does not. */
  refused: string[];
}

/** The same with another answer of AWS. */
export function falsifiedPattern({ want, ...recording }: PatternRecording): PatternRecording {
  return { ...recording, want: want !== true };
}

/** Compares AWS's answers with those of the local cloud, the reasons of refusals among them. */
export function judgePatterns(recordings: PatternRecording[]): PatternVerdicts {
  const verdicts: PatternVerdicts = { same: 0, different: [], refused: [] };
  for (const { label, event, pattern, want, msg } of recordings) {
    const answer = answerOf(event, pattern);
    const reason = want === 'exc' ? msg?.exception_message?.Error?.Message : undefined;
    if (typeof answer === 'string' && want !== 'exc') verdicts.refused.push(`${label}: ${answer}`);
    else if ((typeof answer === 'string' ? 'exc' : answer) !== want || (reason ?? answer) !== answer) {
      verdicts.different.push(`${label}: AWS ${reason ?? want}, here ${answer}`);
    } else verdicts.same += 1;
  }
  return verdicts;
}

function answerOf(event: string, pattern: string): boolean | string {
  try {
    return compilePattern(pattern).matches(JSON.parse(event));
  } catch (error) {
    return (error as Error).message;
  }
}
