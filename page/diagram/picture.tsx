import { render } from 'preact-render-to-string';
import { Diagram } from './diagram.tsx';
import { type Definition, layout } from './layout.ts';

/** In a file the picture brings its colours, for light and dark pages. */
const STYLE = `
svg { --panel: #fff; --raised: #f3f5f8; --ink: #16202c; --muted: #6b7889 }
@media (prefers-color-scheme: dark) { svg { --panel: #1c2530; --raised: #161d26; --ink: #e8eef5; --muted: #8d9db0 } }
rect { fill: var(--panel); stroke: var(--muted) }
text { font: 12px system-ui, sans-serif; fill: var(--ink) }
.choice > rect { stroke-dasharray: 3 2 }
.map > rect, .parallel > rect { fill: var(--raised) }
.succeed > rect { stroke: #0a6f4d; stroke-width: 2 }
.fail > rect { stroke: #b3202a; stroke-width: 2 }
.point, .tip { fill: var(--muted) }
.arrow { fill: none; stroke: var(--muted) }
.catch { stroke-dasharray: 4 3; opacity: .45 }
`;

/** A workflow as a picture in a file (SVG). */
export function picture(name: string, definition: Definition): string {
  const drawing = layout(definition);
  const label = `The workflow ${name}, drawn from its definition`;
  return `${render(<Diagram drawing={drawing} label={label} style={STYLE} />)}\n`;
}
