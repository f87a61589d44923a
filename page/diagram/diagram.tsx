import type { Arrow, Box, Drawing } from './layout.ts';

/** What an execution has done with a state. */
export interface Visit {
  count: number;
  isCurrent: boolean;
  hasFailed: boolean;
}

interface Props {
  drawing: Drawing;
  /** By the state's name. */
  visits?: ReadonlyMap<string, Visit>;
  /** What it shows, for those who do not see it. */
  label: string;
  /** Pixels on the screen for one of the drawing. */
  scale?: number;
  /** For a file: what it is painted with. */
  style?: string;
}

/** A workflow, drawn. */
export function Diagram({ drawing, visits = new Map(), label, scale = 1, style }: Props) {
  const { width, height } = drawing;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="diagram"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width * scale}
      height={height * scale}
    >
      {style && <style>{style}</style>}
      <defs>
        <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path class="tip" d="M0 0 L8 4 L0 8 Z" />
        </marker>
      </defs>
      <Part drawing={drawing} visits={visits} />
    </svg>
  );
}

function Part({ drawing, visits }: { drawing: Drawing; visits: ReadonlyMap<string, Visit> }) {
  const wasTaken = ({ from, to }: Arrow) => visits.has(from) && visits.has(to);
  return (
    <>
      {drawing.arrows.map((arrow) => (
        <path
          key={`${arrow.from}>${arrow.to}>${arrow.kind}`}
          class={`arrow ${arrow.kind}${wasTaken(arrow) ? ' taken' : ''}`}
          d={curve(arrow.points)}
          marker-end="url(#tip)"
        />
      ))}
      {drawing.boxes.map((box) => (
        <State key={box.name} box={box} visits={visits} />
      ))}
    </>
  );
}

function State({ box, visits }: { box: Box; visits: ReadonlyMap<string, Visit> }) {
  const { name, type, x, y, width, height, lines, inner } = box;
  if (type === 'Start' || type === 'End') {
    return (
      <circle
        class={`point ${type.toLowerCase()}`}
        cx={x + width / 2}
        cy={y + height / 2}
        r={width / 2 - 2}
      />
    );
  }
  const visit = visits.get(name);
  const how = !visit ? undefined : visit.hasFailed ? 'failed' : visit.isCurrent ? 'current' : 'visited';
  const middle = inner.length > 0 ? y + 16 : y + height / 2 - ((lines.length - 1) * 15) / 2 + 4;
  return (
    <g class={`state ${type.toLowerCase()}${how ? ` ${how}` : ''}`} data-state={name} data-how={how}>
      <rect x={x} y={y} width={width} height={height} rx={type === 'Choice' ? 14 : 7} />
      {lines.map((line, index) => (
        <text key={line} x={x + width / 2} y={middle + index * 15} text-anchor="middle">
          {line}
        </text>
      ))}
      {visit && visit.count > 1 && (
        <text class="count" x={x + width - 4} y={y - 3} text-anchor="end">
          {visit.count} times
        </text>
      )}
      {inner.map((part) => (
        <g key={part.x} transform={`translate(${x + part.x} ${y + part.y})`}>
          <Part drawing={part.drawing} visits={visits} />
        </g>
      ))}
    </g>
  );
}

/** Through the middles of the way, round at its corners. */
function curve(points: Arrow['points']): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x.toFixed(1)} ${first.y.toFixed(1)}`;
  rest.forEach((corner, index) => {
    const next = rest[index + 1];
    const end = next ? { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 } : corner;
    path += next
      ? ` Q${corner.x.toFixed(1)} ${corner.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`
      : ` L${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  });
  return path;
}
