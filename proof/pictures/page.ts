import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');

/** In the simulated day: the first VPC is connected, and the second one nearly. */
const MOMENT = Date.parse('2026-11-20T09:11:50Z');

/**
 * Plays the day, and takes a picture of the page at one moment of it: with the same fonts it is always the same picture.
 *
 * @throws Error where no Chromium is installed
 */
export async function pageShot(path: string): Promise<void> {
  const executablePath = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (one) => one !== '' && existsSync(one),
  );
  if (!executablePath) throw new Error('No Chromium is installed. Install it, or name it by CHROMIUM.');
  const server = spawn(process.execPath, ['local/main.ts', '--watch'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // What is painted again in part has other pixels at round corners than what is painted at once.
  const args = ['--disable-partial-raster', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const address = await addressOf(server.stdout);
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
    await page.goto(address);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await page.request.post(`${address}/commands`, {
      headers: { origin: address },
      data: { do: 'jump', until: MOMENT },
    });
    await page.getByText('09:11:50').waitFor({ timeout: 300_000 });
    await page.locator('.lines path.warn').waitFor();
    await page.getByRole('article').getByText('Wait for VPC endpoint').first().waitFor();
    writeFileSync(path, await still(page));
  } finally {
    await browser.close();
    server.kill();
  }
}

/** What the page shows when nothing moves on it any more. */
async function still(page: Page): Promise<Buffer> {
  let before = await page.screenshot();
  for (;;) {
    await page.waitForTimeout(500);
    const now = await page.screenshot();
    if (now.equals(before)) return now;
    before = now;
  }
}

function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, url] = /Open (http:\S+)/.exec(said) ?? [];
      if (url) resolve(url);
    });
    output.on('end', () => reject(new Error(`npm start -- --watch has ended:\n${said}`)));
  });
}
