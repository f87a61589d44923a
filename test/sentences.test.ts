import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** What people read under stress, or in a second language. */
const DOCUMENTS = [
  'README.md',
  'docs/deploy.md',
  'docs/upgrade.md',
  'docs/operations.md',
  'docs/use.md',
  'docs/remove.md',
  'docs/start.md',
  'docs/applications.md',
  'docs/adopting.md',
  'docs/choosing.md',
];
const MAX_WORDS = 20;

/** Paragraphs, items of lists and cells of tables, without code, headings and addresses of links. */
function textsOf(document: string): string[] {
  return readFileSync(document, 'utf8')
    .replace(/```[\s\S]*?```/g, '')
    .replace(/^#.*$/gm, '\n')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)|\n(?=\|)/)
    .flatMap((part) => (part.trim().startsWith('|') ? part.split('|') : [part]))
    .map((text) =>
      text
        .replace(/\s+/g, ' ')
        .replace(/`[^`]*`/g, 'CODE')
        .replace(/\]\([^)]*\)/g, ']')
        .replace(/\*\*(Description|Investigation|Resolution)\.\*\*/g, '')
        .trim(),
    );
}

/** A sentence ends before a capital letter; what follows a colon is one of its own. */
function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?;])\s+(?=[A-Z*[(])|(?<=:)\s/);
}

const words = (sentence: string) => sentence.split(' ').filter((word) => /[A-Za-z0-9]/.test(word)).length;

test.each(DOCUMENTS)('%s has no sentence of more than 20 words', (document) => {
  const long = textsOf(document)
    .flatMap(sentencesOf)
    .filter((sentence) => words(sentence) > MAX_WORDS)
    .map((sentence) => `${words(sentence)} words: ${sentence}`);
  expect(long).toEqual([]);
});

test('the glossary has at most twenty words', () => {
  const [, glossary] = /## The words\n([\s\S]*?)\n## /.exec(readFileSync('docs/architecture.md', 'utf8'))!;
  const terms = [...glossary!.matchAll(/^- (.*?):/gm)].flatMap(
    ([, heads]) => heads!.match(/\*\*[^*]+\*\*/g) ?? [],
  );
  expect(terms.length).toBeGreaterThan(10);
  expect(terms.length).toBeLessThanOrEqual(20);
});
