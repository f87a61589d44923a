import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type Configuration, complete } from './configuration/complete.ts';
import { conflicts } from './configuration/conflicts.ts';
import { ConfigurationError, type Problem, schemaProblems, settingsError } from './configuration/problems.ts';
import { schema } from './configuration/schema.ts';

export type { Configuration } from './configuration/complete.ts';
export { ConfigurationError } from './configuration/problems.ts';

/** Of all connections, as JSON. */
const MAX_BYTES = 200 * 1024;

/**
 * Reads the configuration file.
 * @throws ConfigurationError listing all problems at once.
 */
export function loadConfiguration(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(path, [
      `cannot be read (${(error as NodeJS.ErrnoException).code}). Copy config/privatelink.yaml, and name your copy with -c config=FILE (cdk) or --config FILE (npm start).`,
    ]);
  }
  return parseConfiguration(text, path);
}

/**
 * Parses the text of a configuration file; `source` names it in errors.
 * @throws ConfigurationError listing all problems at once.
 */
export function parseConfiguration(text: string, source: string): Configuration {
  const lines = new LineCounter();
  const document = documentOf(text, lines, source);
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      source,
      document.errors.map(({ message }) => message.split('\n')[0]!),
    );
  }
  const data = contentOf(document, source);
  const parsed = schema.safeParse(data);
  const configuration = parsed.data && complete(parsed.data);
  const problems = [
    ...(parsed.error?.issues.flatMap(schemaProblems) ?? []),
    ...conflicts(data),
    ...(configuration ? sizeProblems(configuration) : []),
  ];
  if (problems.length > 0) {
    throw settingsError(source, problems, data, (path) => lineOf(document, lines, path));
  }
  return configuration!;
}

/** @throws ConfigurationError where so much is in one another that it cannot be read. */
function documentOf(text: string, lineCounter: LineCounter, source: string): Document {
  try {
    return parseDocument(text, { lineCounter });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigurationError(source, ['has too many lists and settings in one another.']);
  }
}

/** @throws ConfigurationError where an alias points nowhere, or aliases make too much of a small file. */
function contentOf(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigurationError(source, [(error as Error).message]);
  }
}

/** Of the setting, or of the one around it where it is missing. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  if (node?.range) return lines.linePos(node.range[0]).line;
  return path.length > 0 ? lineOf(document, lines, path.slice(0, -1)) : 1;
}

/** `reconcile` carries all connections through its states, of which each takes 256 KiB. */
function sizeProblems({ connections }: Configuration): Problem[] {
  const bytes = Buffer.byteLength(JSON.stringify(connections));
  if (bytes <= MAX_BYTES) return [];
  const text = `${connections.length} connections take ${Math.ceil(bytes / 1024)} KiB, and a workflow carries ${MAX_BYTES / 1024}; offer some of them to organizational units instead of lists of accounts, or deploy a second system for some`;
  return [{ path: ['connections'], text }];
}
