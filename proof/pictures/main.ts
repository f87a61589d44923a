import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageShot } from './page.ts';
import { workflowPictures } from './workflows.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures');

// npm run pictures: those of the documents. `-- --workflows` leaves the page out, which needs a browser.
for (const [name, picture] of await workflowPictures()) {
  writeFileSync(join(FOLDER, `${name}.svg`), picture);
}
if (!process.argv.includes('--workflows')) await pageShot(join(FOLDER, 'page.png'));
