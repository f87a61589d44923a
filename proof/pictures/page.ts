import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Plays the day, and takes a picture of the page. No two are the same: the story is played in real time, and the picture is
 * of the moment in which the second line appears. What is on the map is the same, and the times differ by some seconds.
 *
 * @throws Error where no Chromium is installed
 */
export async function pageShot(path: string): Promise<void> {
  const executablePath = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (one) => one !== '' && existsSync(one),
  );
  if (!executablePath) throw new Error('No Chromium is installed. Install it, or name it by CHROMIUM.');
  const server = spawn(process.execPath, ['local/main.ts', '--watch', '--speed', '30'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const address = await addressOf(server.stdout);
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
    await page.goto(address);
    // The first VPC is connected, and the second one nearly.
    await page.locator('.lines path.good').waitFor({ timeout: 300_000 });
    await page.locator('.lines path.warn').waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.waitForTimeout(1_000);
    await page.screenshot({ path });
  } finally {
    await browser.close();
    server.kill();
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
