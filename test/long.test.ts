import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

const files = ['test', 'packages/local-cloud/test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name): [string, string] => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')]),
);

const LONG = /^ *(?:long|longGroup)\b[.(<]/m;
/** The first line of a file that `npm test` leaves out (`jest.config.js`). */
const HEADER = /^\/\/ Long: .{30}/;

/** What is between the groups of a file, and each group, by its first line. */
function groupsOf(text: string): string[] {
  const [outside = '', ...groups] = `\n${text}`.split(/^(?=(?:describe|oneGroup)\b)/m);
  const parts = groups.map((group) => {
    const end = /^(?:\}\);|\);)$/m.exec(group)?.index ?? group.length;
    return { inside: group.slice(0, end), after: group.slice(end) };
  });
  return [[outside, ...parts.map(({ after }) => after)].join('\n'), ...parts.map(({ inside }) => inside)];
}

const isPlayed = (group: string) => /^ *(?:test|one)\b(?:\.each)?[(<]/m.test(group);

/** Groups of which `npm test` plays nothing, by their first lines. */
function unplayed(text: string): string[] {
  if (HEADER.test(text)) return [];
  return groupsOf(text)
    .filter((group) => LONG.test(group) && !isPlayed(group))
    .map((group) => group.split('\n', 1)[0]!);
}

test('every group with long tests has one that is always played, or its file says what it exhausts', () => {
  expect(files.filter(([, text]) => LONG.test(text)).length).toBeGreaterThan(20);
  expect(files.flatMap(([file, text]) => unplayed(text).map((group) => `${file}: ${group}`))).toEqual([]);
});

test('a file that is left out names what is played in its place, which is not left out', () => {
  const left = files.filter(([, text]) => HEADER.test(text));
  expect(left.length).toBeGreaterThan(10);
  const isPlayedThere = (name: string) =>
    files.some(([file, text]) => file.includes(name) && !HEADER.test(text));
  for (const [file, text] of left) {
    const comment = text.slice(0, text.indexOf('\n\n'));
    const named = comment.match(/[\w./-]+\.test\.ts|test\/[\w/-]+/g) ?? [];
    expect([file, named.length > 0, named.filter((name) => !isPlayedThere(name))]).toEqual([file, true, []]);
  }
});

test('a group whose tests are all long is found', () => {
  const group = (...tests: string[]) =>
    ["describe('a lock', () => {", ...tests.map((one) => `  ${one}('is', () => {});`), '});', ''].join('\n');
  expect(unplayed(group('test', 'long'))).toEqual([]);
  expect(unplayed(group('one.each([1])', 'long'))).toEqual([]);
  expect(unplayed(group('long') + group('test'))).toEqual(["describe('a lock', () => {"]);
  expect(unplayed(`${group('test')}long('is', () => {});`)).toHaveLength(1);
  expect(
    unplayed(`// Long: every lock there is, one after another; locks.test.ts has one.\n${group('long')}`),
  ).toEqual([]);
});
