import type { Catcher, Retrier } from './definition.ts';
import { type FieldReader, POSITIVE_SECONDS } from './field-reader.ts';

/** A state's `Retry`. */
export function retriers(fields: FieldReader): Retrier[] {
  const all = fields.objects('Retry', { mayBeEmpty: true });
  return all.map((retrier, index) => {
    const errorEquals = errorNames(retrier, index === all.length - 1);
    const jitter = retrier.string('JitterStrategy') ?? 'NONE';
    if (jitter !== 'NONE' && jitter !== 'FULL') {
      retrier.refuse('Value should be one of the following: [NONE, FULL]', 'JitterStrategy');
    }
    retrier.allow('Comment');
    const maxDelaySeconds = retrier.number('MaxDelaySeconds', {
      minimum: 1,
      maximum: 31_622_400,
      integer: true,
    });
    const read = {
      errorEquals,
      intervalSeconds: retrier.number('IntervalSeconds', POSITIVE_SECONDS) ?? 1,
      backoffRate: retrier.number('BackoffRate', { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) ?? 2,
      maxAttempts: retrier.number('MaxAttempts', { minimum: 0, maximum: 99_999_999, integer: true }) ?? 3,
      maxDelaySeconds,
      fullJitter: jitter === 'FULL',
    };
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= read.intervalSeconds) {
      retrier.refuse('MaxDelaySeconds must be greater than IntervalSeconds', 'MaxDelaySeconds');
    }
    retrier.finish();
    return read;
  });
}

/** A state's `Catch`. */
export function catchers(fields: FieldReader): Catcher[] {
  const all = fields.objects('Catch', { mayBeEmpty: true });
  return all.map((catcher, index) => {
    const errorEquals = errorNames(catcher, index === all.length - 1);
    catcher.require('Next');
    catcher.allow('Comment');
    const read = {
      errorEquals,
      next: catcher.string('Next')!,
      output: catcher.template('Output', undefined, ['errorOutput']),
      assign: catcher.assignments(['errorOutput']),
    };
    catcher.finish();
    return read;
  });
}

function errorNames(fields: FieldReader, isLast: boolean): string[] {
  fields.require('ErrorEquals');
  fields.allow('ErrorEquals');
  const names = fields.json.ErrorEquals;
  if (names === undefined) return [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    fields.refuse('Expected value of type [ARRAY] of error names', 'ErrorEquals');
    return [];
  }
  if (names.length === 0) fields.refuse('Value cannot be empty', 'ErrorEquals');
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    fields.refuse('States.ALL must appear alone and at end of list', 'ErrorEquals');
  }
  return names;
}
