import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian and others put a Chromium; CHROMIUM names another one. */
const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser that is installed; undefined if there is none. */
export const browserPath = PLACES.find((path) => path !== '' && existsSync(path));

/** What the name of a test ends in that no browser can run. */
export const SKIPPED = browserPath
  ? ''
  : ' (skipped: no Chromium is installed. Install it, or name it by CHROMIUM)';

export function openBrowser(): Promise<Browser> {
  // Root, as in containers, has no sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: browserPath!, args });
}

/** What axe-core finds wrong with the page, in words. */
export async function findings(page: Page, axe: string): Promise<string[]> {
  // By the debugger's door: the page's own policy lets no script in.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
