import type { Blind } from './program.ts';
import type { EndState, Step } from './scenario.ts';

/** How far a program came. */
export interface Journey {
  /** The stacks that it deployed. */
  deployed: string[];
  /** What of the templates it does not have. */
  lacks: string[];
  /** What of its faults were worked around. */
  workedAround: string[];
  /** Undefined where nothing was played. */
  steps: Step[] | undefined;
  /** Where it stopped, if it did. */
  stopped: string | undefined;
}

/** What differs between the end states of a program and the local cloud's, but for what the program cannot have. */
export function differences(
  home: readonly Step[],
  abroad: readonly Step[],
  blind: readonly Blind[],
): string[] {
  return home.flatMap((step) => {
    const other = abroad.find(({ name }) => name === step.name);
    if (other === undefined) return [`${step.name}: was not played`];
    const lines: string[] = [];
    if (other.status !== step.status) {
      lines.push(
        `${step.name}: ends in ${other.status}, here in ${step.status}. ${other.reason ?? ''}`.trim(),
      );
    }
    for (const part of parts(step.state, other.state)) {
      if (blind.some((one) => one.part === part)) continue;
      const [here, there] = [step.state, other.state].map((state) => JSON.stringify(partOf(state, part)));
      if (here !== there) lines.push(`${step.name}: ${part} is ${there}, here ${here}`);
    }
    return lines;
  });
}

/** The parts of either state: `principal`, `endpoints.type` and so on. */
function parts(...states: EndState[]): string[] {
  const all = states.flatMap(({ endpoints, ...others }) => [
    ...Object.keys(others),
    'endpoints',
    ...endpoints.flatMap((one) => Object.keys(one).map((key) => `endpoints.${key}`)),
  ]);
  return [...new Set(all)];
}

/** `endpoints` alone is how many there are. */
function partOf(state: EndState, part: string): unknown {
  const [name = '', key] = part.split('.');
  if (name !== 'endpoints') return state[name as keyof EndState] ?? null;
  if (key === undefined) return state.endpoints.length;
  return state.endpoints.map((one) => one[key as keyof typeof one]);
}

/** What is said of one program. */
export function told(
  name: string,
  { deployed, lacks, workedAround, stopped }: Journey,
  {
    different,
    blind,
    why,
  }: { different: readonly string[] | undefined; blind: readonly Blind[]; why?: string },
): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
  return [
    `${name}`,
    ...list('deployed', deployed),
    ...list('lacks, so it was left out', lacks),
    ...list('worked around', workedAround),
    ...list(
      'cannot be compared',
      blind.map(({ what }) => what),
    ),
    ...(why === undefined ? [] : [`  runs no workflow: ${why}`]),
    ...(stopped === undefined ? [] : [`  stopped: ${stopped}`]),
    ...(different === undefined
      ? []
      : different.length === 0
        ? ['  ended in the same states as the local cloud']
        : list('differs', different)),
  ].join('\n');
}

const [BEGIN, END] = ['<!-- foreign -->', '<!-- /foreign -->'];

/**
 * The page with what is told of the programs.
 *
 * @throws Error if the page has no place for it
 */
export function pageWith(page: string, text: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`The page has no place ${BEGIN}.`);
  return `${page.slice(0, from + BEGIN.length)}\n\n\`\`\`text\n${text}\n\`\`\`\n\n${page.slice(to)}`;
}
