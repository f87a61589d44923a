import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGISTER } from '../../assumptions/register.ts';
import { page, playedIn } from './page.ts';

const PAGE = join(import.meta.dirname, '../../docs/assumptions.md');

writeFileSync(PAGE, page(REGISTER, playedIn(readFileSync(PAGE, 'utf8'))));
