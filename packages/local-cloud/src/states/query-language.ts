import type { FieldReader } from './field-reader.ts';

export type QueryLanguage = 'JSONata' | 'JSONPath';

const LANGUAGES: readonly unknown[] = ['JSONPath', 'JSONata'];

/** Fields that a state has in one language only. The others mean the same in both. */
const ONLY_IN = new Map<string, QueryLanguage>([
  ...['Arguments', 'Output', 'Items', 'Condition'].map((field) => [field, 'JSONata'] as const),
  ...[
    'InputPath',
    'OutputPath',
    'ResultPath',
    'Parameters',
    'ResultSelector',
    'Result',
    'ItemsPath',
    'TimeoutSecondsPath',
    'HeartbeatSecondsPath',
    'SecondsPath',
    'TimestampPath',
    'MaxConcurrencyPath',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentagePath',
    'ErrorPath',
    'CausePath',
    'Variable',
  ].map((field) => [field, 'JSONPath'] as const),
]);

/** What JSONPath states need a path for. */
const NEEDS_PATHS: ReadonlySet<string> = new Set(['Choice', 'Map']);

/** The language of the whole machine: JSONPath unless it says otherwise. */
export function machineLanguage(fields: FieldReader): QueryLanguage {
  return read(fields) ?? 'JSONPath';
}

/**
 * The language of a state: its own, or the machine's. A Parallel or Map state does not hand its own on to the states
 * inside it.
 */
export function stateLanguage(fields: FieldReader, machine: QueryLanguage): QueryLanguage {
  const own = read(fields) ?? machine;
  if (machine === 'JSONata' && own === 'JSONPath') {
    fields.refuse("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
    return 'JSONata';
  }
  return own;
}

function read(fields: FieldReader): QueryLanguage | undefined {
  const { QueryLanguage: language } = fields.json;
  fields.allow('QueryLanguage');
  if (language === undefined) return undefined;
  if (typeof language !== 'string') fields.refuse('Expected value of type [STRING]', 'QueryLanguage');
  else if (!LANGUAGES.includes(language)) {
    fields.refuse('Value should be one of the following: [JSONPath, JSONata]', 'QueryLanguage');
  }
  // As AWS does: whatever is not exactly JSONPath is JSONata.
  return language === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

/**
 * Refuses the fields of the other language, as AWS does. The local cloud evaluates no paths: of a JSONPath state it
 * runs what means the same in both languages, and refuses the rest.
 */
export function checkFieldsOfLanguage(fields: FieldReader, language: QueryLanguage): void {
  for (const field of Object.keys(fields.json)) {
    const only = ONLY_IN.get(field);
    if (only === undefined) continue;
    fields.allow(field);
    if (only !== language) {
      fields.refuse(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${only}' QueryLanguage`,
      );
    } else if (language === 'JSONPath') {
      fields.refuse(`The local cloud does not evaluate JSONPath, which field '${field}' asks for`);
    }
  }
  if (language === 'JSONata') return;
  const { Type: type } = fields.json;
  if (NEEDS_PATHS.has(String(type))) {
    fields.refuse(`The local cloud does not evaluate JSONPath, which a ${type} state asks for`);
  }
  if (fields.json.Assign !== undefined) {
    fields.refuse("The local cloud does not evaluate JSONPath, which field 'Assign' asks for");
  }
}
