import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * A stack with places in the sources instead of in the bundle, where the bundle has its source map beside it. Node
 * can do that by itself (`--enable-source-maps`), but then reads and parses the map at every cold start.
 */
export async function inSources(stack: string, bundle = import.meta.url): Promise<string> {
  const text = await readFile(`${fileURLToPath(bundle)}.map`, 'utf8').catch(() => undefined);
  if (text === undefined) return stack;
  const { SourceMap } = await import('node:module');
  const map = new SourceMap(JSON.parse(text));
  return stack.replace(/file:\/\/[^\s:]+:(\d+):(\d+)/g, (place, line, column) => {
    const origin = map.findOrigin(Number(line), Number(column));
    return 'fileName' in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : place;
  });
}
