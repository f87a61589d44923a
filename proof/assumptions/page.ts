import type { Assumption } from '../../assumptions/assumption.ts';

/** The heading of the part that a run of all plays writes. */
const PLAYED = '## What was played';

const NOTHING_PLAYED = `${PLAYED}\n\nNothing yet.\n`;

const INTRODUCTION = `# Assumptions

\`npm run assumptions\` writes this page from [assumptions/](../assumptions/). Do not edit it by hand; after a change of
the list, \`npm run assumptions -- --page\` writes it again without playing.

Here stands what behaviour depends on and no document settles, about AWS and about Redis Cloud. For each question: what
may be true, what this system does then, where the question is from, and what tries it. *Assumed* is what is thought to
be true. *Local* is what the local cloud does where nothing else is said, which is the unkindest that is plausible, but
for what the pages quote.

\`npm start -- --assume NAME=VALUE\` lets another answer be true. [\`npm run probe\`](probe.md) asks the real AWS and the
real Redis Cloud, in a sandbox.`;

/** The page of a list of assumptions, with what a run has said of the plays. */
export function page(register: readonly Assumption[], played: string): string {
  const parts = (['Redis Cloud', 'AWS'] as const).map((about) => {
    const own = register.filter((one) => one.about === about);
    return [`## ${about}`, ...own.map(section)].join('\n\n');
  });
  return `${[INTRODUCTION, overview(register), ...parts].join('\n\n')}\n\n${played}`;
}

/** The part of a page that a run of all plays has written. */
export function playedIn(text: string): string {
  const at = text.indexOf(`\n${PLAYED}\n`);
  return at < 0 ? NOTHING_PLAYED : text.slice(at + 1);
}

/** That part, from its paragraphs and tables. */
export function playedPart(blocks: readonly string[]): string {
  return `${[PLAYED, ...blocks].join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function overview(register: readonly Assumption[]): string {
  return table(
    ['name', 'about', 'may be', 'assumed', 'local'],
    register.map(({ name, about, alternatives, assumed, local }) => [
      `[${name}](#${name})`,
      about,
      alternatives.map(({ value }) => value).join(', '),
      assumed,
      local,
    ]),
  );
}

function section(one: Assumption): string {
  const { name, question, alternatives, assumed, local, sources, tried, unplayed } = one;
  const rows = alternatives.map(({ value, means, outcome }) => {
    const marks = [...(value === assumed ? ['assumed'] : []), ...(value === local ? ['local'] : [])];
    return [`\`${value}\`${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`, means, outcome];
  });
  const links = tried.map((path) => `[${path}](../${path})`);
  return [
    `### ${name}`,
    question,
    table(['if', 'then', 'this system'], rows),
    `Sources: ${sources.map((source) => source.replace(/\.$/, '')).join('; ')}.`,
    unplayed
      ? `Tried by ${links.join(', ')}. \`npm run assumptions\` only draws it by lot: ${unplayed}.`
      : `Tried by ${links.join(', ')}, and \`npm run assumptions\`.`,
  ].join('\n\n');
}
