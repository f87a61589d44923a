import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { BEGIN, END, PAGE, pageWith, paragraphOf } from '../../../proof/month/page.ts';
import { MISHAPS } from '../../workflows/month/mishaps.ts';

const page = readFileSync(PAGE, 'utf8');
const part = page.slice(page.indexOf(BEGIN), page.indexOf(END));

test('the page says what a month of all mishaps has cost (npm run month)', () => {
  const watched = /somebody looked \| ([\d,]+) \|/.exec(part)?.[1]?.replaceAll(',', '');
  const mishaps = MISHAPS.map(([name]) => name);
  const figures = { days: 30, vpcs: 6, watched: Number(watched), lost: 0, unseen: 0, mishaps };
  expect(page).toBe(pageWith(page, paragraphOf(figures)));
  expect(Number(watched)).toBeGreaterThan(30 * 6 * 60);
});

test('a page without a place for the figures is refused', () => {
  expect(() => pageWith('# Security', 'figures')).toThrow(/has no place for the figures/);
});
