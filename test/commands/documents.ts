import { readdirSync, readFileSync } from 'node:fs';

/** What a reader pastes into a shell at once: a block of a document, or a command in a sentence. */
export interface Pasted {
  document: string;
  line: number;
  /** The commands, each with its continued lines. Comments and empty lines are left out. */
  commands: string[];
}

/** Followed before something has gone wrong, and when nothing is needed any more. */
const [FIRST, LAST] = [['docs/deploy.md', 'docs/upgrade.md'], 'docs/remove.md'];

/**
 * Documents that people follow, in an order in which one person may. Those below docs/decisions say why, and CONTRIBUTING.md
 * is for who changes this.
 */
export function documents(): string[] {
  const below = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const all = ['README.md', 'SECURITY.md', ...below.map((name) => `docs/${name}`)];
  return [...FIRST, ...all.filter((one) => one !== LAST && !FIRST.includes(one)), LAST];
}

/** Everything in the document that is pasted, in its order. */
export function pastedFrom(document: string): Pasted[] {
  return pastedFromText(document, readFileSync(document, 'utf8'));
}

/** A block that is fenced as `sh`, `console` or `bash`, or as nothing; and commands of the AWS CLI or npm in a sentence. */
export function pastedFromText(document: string, text: string): Pasted[] {
  const form =
    /^(?<indent> *)```(?<kind>\w*)\n(?<block>[\s\S]*?)^ *```|`(?<inline>(?:aws|npx|npm (?:run|start)) [^`]+)`/gm;
  return [...text.matchAll(form)].flatMap(({ index, groups = {} }) => {
    const { kind, block, inline } = groups;
    if (inline === undefined && !['', 'sh', 'console', 'bash'].includes(kind!)) return [];
    // A sentence that only names a program has nothing to paste.
    if (inline !== undefined && !/ (--|-c |aws:|'|[A-Z]{2})|^aws \S+ \S+/.test(inline)) return [];
    const line = text.slice(0, index).split('\n').length;
    return [{ document, line, commands: inline === undefined ? commandsOf(block!) : [inline] }];
  });
}

function commandsOf(block: string): string[] {
  return block
    .replace(/ *(\\|\|)\n */g, (_, end) => (end === '|' ? ' | ' : ' '))
    .split('\n')
    .map((line) => line.replace(/(^|\s)# .*$/, '').trim())
    .filter((line) => line !== '');
}

/** What `npm start -- --serve` prints to be pasted. */
export function pastedFromServe(printed: string): Pasted {
  const lines = printed
    .split('\n')
    .filter((line) => line.startsWith('  ') && !/^ {2}\d{12} |^ {2}Redis Cloud offers/.test(line));
  return { document: 'npm start -- --serve', line: 0, commands: joined(lines) };
}

/** Commands go on in lines that are indented further. */
function joined(lines: string[]): string[] {
  const commands: string[] = [];
  for (const line of lines) {
    if (/^ {4}/.test(line)) commands.push(`${(commands.pop() ?? '').replace(/ *\\$/, '')} ${line.trim()}`);
    else commands.push(line.replace(/(^|\s)# .*$/, '').trim());
  }
  return commands;
}
