import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * A stack with places in the sources instead of in the bundle, where the bundle has its source map beside it. Node
 * can do that by itself (`--enable-source-maps`), but then reads and parses the map at every cold start. Without a map
 * that can be read the stack stays as it is: whoever logs a failure must not fail.
 */
export async function inSources(stack: string, bundle = import.meta.url): Promise<string> {
  const map = await mapOf(bundle).catch(() => undefined);
  if (!map) return stack;
  return stack.replace(/(file:\/\/[^\s:]+):(\d+):(\d+)/g, (place, file, line, column) => {
    // The map is of this file, and not of the logger beside it.
    if (file !== bundle) return place;
    const origin = map.findOrigin(Number(line), Number(column));
    return 'fileName' in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : place;
  });
}

async function mapOf(bundle: string) {
  const text = await readFile(`${fileURLToPath(bundle)}.map`, 'utf8');
  const { SourceMap } = await import('node:module');
  return new SourceMap(JSON.parse(text));
}
