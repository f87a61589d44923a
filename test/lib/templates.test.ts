import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/**
 * The templates of the example as they were when somebody last agreed to them. Hashes of assets are left out: they
 * change with every change of a function.
 */
test.each(readdirSync('dist/test').filter((file) => file.endsWith('.template.json')))('%s', (file) => {
  const text = readFileSync(`dist/test/${file}`, 'utf8');
  const template = JSON.parse(text, (key, value) =>
    // The member template inside a StackSet reads as a template.
    key === 'TemplateBody' && typeof value === 'string' ? JSON.parse(value) : value,
  );
  expect(
    JSON.parse(JSON.stringify(template).replaceAll(/[0-9a-f]{64}/g, 'hash-of-an-asset')),
  ).toMatchSnapshot();
});
