import { layout as dagre, Graph } from '@dagrejs/dagre';

/** A state of a workflow, as it is drawn. Lengths are pixels; places are of the upper left corner in its drawing. */
export interface Box {
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The name, in lines that fit. */
  lines: string[];
  /** What is inside a Map or Parallel state. */
  inner: { x: number; y: number; drawing: Drawing }[];
}

export interface Arrow {
  from: string;
  to: string;
  kind: 'next' | 'catch';
  points: { x: number; y: number }[];
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
  ItemProcessor?: Definition;
  Branches?: Definition[];
}

/** A workflow in the Amazon States Language. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

const CHARACTER = 6.6;
const LINE = 15;
const LONGEST_LINE = 22;
const PADDING = 12;
const HEAD = 24;

/** Where the drawing begins and where it ends; no state is called so, since names have more than a space. */
export const START = ' ';
export const END = '  ';

/** A screen is so many times as wide as high. */
const SHAPE = 1.5;

/**
 * Places the states of a workflow. Nothing but its definition says what is drawn. It goes down or to the right, whichever
 * fits a screen better.
 */
export function layout(definition: Definition): Drawing {
  const [down, right] = [layoutTo('TB', definition), layoutTo('LR', definition)];
  const size = ({ width, height }: Drawing) => Math.max(width / SHAPE, height);
  return size(down) <= size(right) ? down : right;
}

function layoutTo(rankdir: 'TB' | 'LR', { StartAt, States }: Definition): Drawing {
  const graph = new Graph({ multigraph: true });
  const apart = { nodesep: 20, ranksep: 32, edgesep: 10, marginx: 8, marginy: 14 };
  graph.setGraph({ rankdir, ...apart });
  const boxes = new Map<string, Box>();
  const add = (box: Box) => {
    boxes.set(box.name, box);
    graph.setNode(box.name, { width: box.width, height: box.height });
  };
  add({ ...point(START), type: 'Start' });
  add({ ...point(END), type: 'End' });
  for (const [name, state] of Object.entries(States)) add(boxOf(name, state));
  const seen = new Set<string>();
  const connect = (from: string, to: string | undefined, kind: Arrow['kind']) => {
    const key = `${from}\n${to}\n${kind}`;
    if (to === undefined || seen.has(key)) return;
    seen.add(key);
    graph.setEdge(from, to, { kind, weight: kind === 'catch' ? 1 : 3, minlen: 1 }, kind);
  };
  connect(START, StartAt, 'next');
  for (const [name, state] of Object.entries(States)) {
    connect(name, state.Next, 'next');
    for (const { Next } of state.Choices ?? []) connect(name, Next, 'next');
    connect(name, state.Default, 'next');
    for (const { Next } of state.Catch ?? []) connect(name, Next, 'catch');
    if (state.End || state.Type === 'Succeed' || state.Type === 'Fail') connect(name, END, 'next');
  }
  dagre(graph);
  for (const box of boxes.values()) {
    const { x, y } = graph.node(box.name) as { x: number; y: number };
    box.x = x - box.width / 2;
    box.y = y - box.height / 2;
  }
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const arrows = graph.edges().map((edge: { v: string; w: string; name?: string }): Arrow => {
    const { points = [], kind } = graph.edge(edge) as { points?: Arrow['points']; kind: Arrow['kind'] };
    return { from: edge.v, to: edge.w, kind, points };
  });
  return { width, height, boxes: [...boxes.values()], arrows };
}

function boxOf(name: string, { Type: type, ItemProcessor, Branches }: State): Box {
  const lines = linesOf(name);
  const text = Math.max(...lines.map((line) => line.length)) * CHARACTER + 2 * PADDING;
  const drawings = [...(ItemProcessor ? [ItemProcessor] : []), ...(Branches ?? [])].map(layout);
  if (drawings.length === 0) {
    return {
      name,
      type,
      x: 0,
      y: 0,
      width: Math.max(90, text),
      height: lines.length * LINE + 14,
      lines,
      inner: [],
    };
  }
  const top = HEAD + (lines.length - 1) * LINE;
  let x = PADDING;
  const inner = drawings.map((drawing) => {
    const place = { x, y: top, drawing };
    x += drawing.width + PADDING;
    return place;
  });
  const height = Math.max(...drawings.map((drawing) => drawing.height)) + top + PADDING;
  return { name, type, x: 0, y: 0, width: Math.max(text, x), height, lines, inner };
}

function point(name: string): Box {
  return { name, type: '', x: 0, y: 0, width: 18, height: 18, lines: [], inner: [] };
}

function linesOf(name: string): string[] {
  const lines = [''];
  for (const part of name.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && `${last} ${part}`.length > LONGEST_LINE) lines.push(part);
    else lines[lines.length - 1] = last === '' ? part : `${last} ${part}`;
  }
  return lines;
}
