import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { actionsIn, PAGE, pageWith } from '../../../proof/permissions/actions.ts';

test('the page lists what the roles of the example may do (npm run actions)', () => {
  const tables = actionsIn('dist/test');
  expect(tables).toContain('`CreateVpcEndpoint`');
  expect(readFileSync(PAGE, 'utf8')).toBe(pageWith(tables));
});
