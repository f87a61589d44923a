/** One data point that a log line holds. */
export interface EmbeddedPoint {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  value: number;
  /** Milliseconds since the epoch. */
  at: number;
}

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

/**
 * The data points of a log line in the embedded metric format (CloudWatch User Guide, "Specification: Embedded
 * metric format"). A line of another kind holds none, and so does a metric whose member is not a number.
 */
export function embeddedPoints(line: string): EmbeddedPoint[] {
  const root = parse(line);
  const metadata = root?._aws as { Timestamp?: number; CloudWatchMetrics?: Directive[] } | undefined;
  if (!root || typeof metadata?.Timestamp !== 'number') return [];
  const at = metadata.Timestamp;
  return (metadata.CloudWatchMetrics ?? []).flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name: name }) =>
      [root[name]]
        .flat()
        .filter((value) => typeof value === 'number')
        .flatMap((value) =>
          Dimensions.map((names) => {
            const dimensions = Object.fromEntries(names.map((key) => [key, String(root[key])]));
            return { namespace, name, dimensions, value, at };
          }),
        ),
    ),
  );
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
