import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** A line between two things of the map, by their ports. */
export interface Line {
  id: string;
  from: string;
  to: string;
  state: 'good' | 'warn' | 'bad';
}

interface Drawn extends Line {
  path: string;
}

/** Draws the lines behind the map, where its things are. */
export function Lines({ container, lines }: { container: RefObject<HTMLElement | null>; lines: Line[] }) {
  const [drawn, setDrawn] = useState<Drawn[]>([]);
  const [size, setSize] = useState(0);
  useLayoutEffect(() => {
    const element = container.current;
    if (!element) return;
    const measure = () => setSize((count) => count + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Where there are many accounts, Redis Cloud stays in sight.
    addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      removeEventListener('scroll', measure);
    };
  }, []);
  useLayoutEffect(() => {
    const element = container.current;
    if (!element) return;
    const next = lines.flatMap((line) => {
      const path = pathOf(element, line);
      return path === undefined ? [] : [{ ...line, path }];
    });
    setDrawn((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
  }, [lines, size]);
  return (
    <svg class="lines" aria-hidden="true">
      {drawn.map(({ id, path, state }) => (
        <path key={id} class={state} d={path} pathLength={state === 'good' ? 1 : undefined} />
      ))}
    </svg>
  );
}

/** From the right of what offers to the left of what asks; from below where the two are one above the other. */
function pathOf(container: HTMLElement, { from, to }: Line): string | undefined {
  const place = (port: string) =>
    container.querySelector(`[data-port=${CSS.escape(port)}]`)?.getBoundingClientRect();
  const start = place(from);
  const end = place(to);
  if (!start || !end) return undefined;
  const { left, top } = container.getBoundingClientRect();
  const y2 = end.top - top + Math.min(22, end.height / 2);
  const x2 = end.left - left;
  if (start.right <= end.left) {
    const x1 = start.right - left;
    const y1 = start.top - top + start.height / 2;
    const middle = (x1 + x2) / 2;
    return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  }
  const x1 = start.left - left + 10;
  const y1 = start.bottom - top;
  return `M${x1} ${y1} V${y2 - 10} Q${x1} ${y2} ${x1 + 10} ${y2} H${x2}`;
}
