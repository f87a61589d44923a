import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { workflowPictures } from '../../../proof/pictures/workflows.ts';

test('the pictures of the workflows are those of their definitions', async () => {
  const pictures = await workflowPictures();
  expect(pictures.size).toBe(6);
  // A file is read as XML, which takes no attribute without a value.
  const bare = [...pictures].filter(([, picture]) => hasBareAttribute(picture));
  expect(bare.map(([name]) => name)).toEqual([]);
  const old = [...pictures].filter(
    ([name, picture]) => readFileSync(`docs/pictures/${name}.svg`, 'utf8') !== picture,
  );
  expect(old.map(([name]) => `${name}: npm run pictures -- --workflows draws it anew`)).toEqual([]);
}, 60_000);

function hasBareAttribute(picture: string): boolean {
  const tags = picture.match(/<[a-z][^>]*>/g) ?? [];
  return tags.some((tag) => !/^<[a-zA-Z]+(?: [\w:-]+="[^"]*")* ?\/?>$/.test(tag));
}
