import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { one } from '../long.ts';
import { browserPath, findings, openBrowser, SKIPPED } from './browser.ts';

// What the built-in Redis Cloud knows: a real one's keys would be in their place.
const SECRETS = ['A-local-account-key-of-nobody', 'S-local-user-key-of-nobody'];
/** The simulated time, as the page is told it. */
const NOW = `new Promise((resolve) => {
  const events = new EventSource('/events');
  events.onmessage = ({ data }) => {
    events.close();
    resolve(JSON.parse(data).documents.clock.now);
  };
})`;
const isFocused = (one: Locator) => one.evaluate((element) => element.matches(':focus'));
const inSight = (one: Locator) =>
  one.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= element.ownerDocument.documentElement.clientHeight;
  });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

(browserPath ? describe : describe.skip)(`npm start -- --serve, in a browser${SKIPPED}`, () => {
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let address: string;
  const heard: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    server = spawn(process.execPath, ['local/main.ts', '--serve', '--speed', '600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const started = new Promise<string>((resolve, reject) => {
      let said = '';
      server.stdout!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, url] = /Open (http:\S+)/.exec(said) ?? [];
        if (url) resolve(url);
      });
      server.on('exit', () => reject(new Error(`It has ended:\n${said}`)));
    });
    [address, browser] = await Promise.all([started, openBrowser()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('response', async (response) => {
      // A stream of events has no end; what it carries is on the page, and is looked at below.
      if (!response.url().endsWith('/events')) heard.push(await response.text().catch(() => ''));
    });
    await page.goto(address);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  const section = (name: string) => page.getByRole('region', { name, exact: true });
  const map = () => section('Map');
  const verdict = (text: RegExp) => page.locator('.verdict', { hasText: text }).waitFor();
  const act = (name: RegExp | string) =>
    page.getByRole('region', { name: 'Do' }).getByRole('button', { name }).click();
  /** Beside the map, or from it on a small screen. */
  const view = (name: string, among = '.tabs') =>
    page.locator(among).getByRole('button', { name: new RegExp(`^${name}`) });
  const problems = async () => ({ axe: await findings(page, axe), errors: errors.splice(0) });
  const NONE = { axe: [], errors: [] };

  test('a day is clicked through: an account appears, and a VPC of it is connected', async () => {
    await view('Do').click();
    await act(/^An account appears/);
    await map().getByText('associated').waitFor();

    await act(/^A VPC is created, tagged redis-privatelink=orders$/);
    await map().getByText('available').waitFor();
    await verdict(/1 VPC connected/);
    await section('Executions')
      .getByText(/succeeded/)
      .first()
      .waitFor();
    await view('What happens').click();
    await page
      .getByRole('log')
      .getByText(/is connected to orders by vpce-/)
      .waitFor();
    // The line that has appeared is from Redis Cloud to the VPC.
    expect(await page.locator('.lines path.good').count()).toBe(1);
    expect(await problems()).toEqual(NONE);
  }, 120_000);

  test('a tag with a typo connects nothing, and the map says so', async () => {
    await view('Do').click();
    await act(/redis-privatelink=ordesr$/);
    await map().getByText('no connection is called “ordesr”').waitFor();
    await verdict(/1 VPC connected/);
  }, 120_000);

  test('a broken key is found, mended and redriven to green, by the keyboard alone', async () => {
    const press = async (name: RegExp | string, within = page.locator('body')) => {
      const button = within.getByRole('button', { name });
      await button.focus();
      await page.keyboard.press('Enter');
    };
    await press(/^The keys are revoked at Redis Cloud/);
    await map().getByText('the keys are revoked').waitFor();
    await press(/^A VPC is created, tagged redis-privatelink=orders$/);
    await verdict(/1 failure to mend/);
    await map().getByText('AccessDenied').waitFor();

    await press(/1 failure to mend/);
    const failure = page.getByRole('region', { name: 'Failure' });
    await failure.getByText('AccessDenied').first().waitFor();
    await failure.getByText('The runbook: AccessDenied').waitFor();
    await failure.getByText(/Correct the keys in Redis Cloud or in the secret/).waitFor();
    await page.getByRole('img', { name: /^The workflow onboard, in “/ }).waitFor();
    expect(await page.locator('.diagram [data-how=failed]').count()).toBe(1);
    // Who asks for the failure is led there, wherever it is on the page.
    const title = page.getByRole('article').getByRole('heading', { level: 3 });
    await expect(inSight(title)).resolves.toBe(true);
    await expect(isFocused(title)).resolves.toBe(true);
    await failure.getByText('in a shell').focus();
    await page.keyboard.press('Enter');
    expect(await failure.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await failure.locator('pre').textContent()).toMatch(
      /^export AWS_ACCESS_KEY_ID=222222222222\naws stepfunctions redrive-execution --region us-east-1 --execution-arn arn:\S+$/,
    );
    await view('Messages').focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText(/AccessDenied/)
      .first()
      .waitFor();
    expect(await problems()).toEqual(NONE);

    await view('Do').focus();
    await page.keyboard.press('Enter');
    const restore = page.getByRole('button', { name: /^New keys are put into the secret/ });
    const shell = page.getByRole('listitem').filter({ has: restore }).locator('pre');
    expect(await shell.textContent()).toMatch(/put-secret-value .* --secret-string file:\/\/keys.json$/);
    await press(/^New keys are put into the secret/);
    await map().getByText('the keys are revoked').waitFor({ state: 'hidden' });
    await press('↻ Redrive', failure);
    await failure.waitFor({ state: 'hidden' });
    await expect(isFocused(title)).resolves.toBe(true);
    await verdict(/2 VPCs connected/);
    await page.locator('.verdict', { hasText: /to mend/ }).waitFor({ state: 'hidden' });
  }, 180_000);

  test('a keyboard goes to each view at once, and through the executions by arrows', async () => {
    await page.getByRole('button', { name: /Next thing/ }).focus();
    await page.keyboard.press('Tab');
    await expect(isFocused(view('Map', '.views'))).resolves.toBe(true);
    await expect(inSight(view('Map', '.views'))).resolves.toBe(true);
    await view('Do', '.views').focus();
    await page.keyboard.press('Enter');
    await expect(isFocused(section('Do'))).resolves.toBe(true);
    await view('Executions', '.views').focus();
    await page.keyboard.press('Enter');
    await expect(isFocused(section('Executions'))).resolves.toBe(true);

    const list = page.getByRole('list', { name: /^Executions, the latest first/ });
    expect(await list.locator('button[tabindex="0"]').count()).toBe(1);
    await list.getByRole('button').first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(isFocused(list.getByRole('button').nth(1))).resolves.toBe(true);
    await page.keyboard.press('ArrowUp');
    await expect(isFocused(list.getByRole('button').first())).resolves.toBe(true);
    await page.keyboard.press('Escape');
    await expect(isFocused(view('Executions', '.views'))).resolves.toBe(true);
    expect(await problems()).toEqual(NONE);
  }, 60_000);

  test('the command of each deed is shown, and none has the keys in it', async () => {
    const shells = page.getByRole('region', { name: 'Do' }).locator('pre');
    const commands = (await shells.allTextContents()).join('\n');
    expect(commands).toMatch(
      /aws ec2 delete-tags --region us-east-1 --resources vpc-\w+ --tags '\[\{"Key":"redis-privatelink"\}\]'/,
    );
    expect(commands).toMatch(
      /aws stepfunctions start-execution .*:redis-privatelink-reconcile --input '\{\}'/,
    );
  });

  test('what is done leaves the focus where it was', async () => {
    const deed = (name: RegExp) => section('Do').getByRole('button', { name });
    await view('Do').click();
    await deed(/^A VPC is created without a tag/).focus();
    await page.keyboard.press('Enter');
    await map().getByText('does not ask for a connection').waitFor();
    await section('Do').getByText('Done: A VPC is created').waitFor();
    await expect(isFocused(deed(/^A VPC is created without a tag/))).resolves.toBe(true);
    // What cannot be done again at once keeps it, too.
    await deed(/^It takes ten times as long/).focus();
    await page.keyboard.press('Enter');
    await map().getByText('is slow').waitFor();
    await section('Do').getByText('It is so.').waitFor();
    await expect(inSight(section('Do').getByText(/^Done: It takes ten times/))).resolves.toBe(true);
    await expect(isFocused(deed(/^It takes ten times as long/))).resolves.toBe(true);
    await deed(/^It works as usual/).click();
    await map().getByText('is slow').waitFor({ state: 'hidden' });
  }, 60_000);

  test('time is paused, and a jump goes to the next thing that happens', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const time = page.locator('.time');
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    const before = await time.textContent();
    await view('What happens').click();
    const log = page.getByRole('log');
    const found = log.getByText(/The reconciliation found/);
    const formerly = await found.count();
    await view('Do').click();
    await act(/^Reconcile now/);
    await view('What happens').click();
    // What was done is told, too, and something else may happen before.
    await log.getByText('Reconcile now.').last().waitFor();
    while ((await found.count()) === formerly) await page.getByRole('button', { name: 'Next thing' }).click();
    await page.locator('.time', { hasNotText: before! }).waitFor();
    expect(await time.textContent()).not.toBe(before);

    // To a time it goes whatever happens before.
    const until = (await page.evaluate<number>(NOW)) + 2 * 3_600_000;
    await page.request.post(`${address}/commands`, {
      headers: { origin: address },
      data: { do: 'jump', until },
    });
    await page.locator('.time', { hasText: new Date(until).toISOString().slice(11, 19) }).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
  }, 60_000);

  one.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)(
    'in %s, at %d pixels, every view is readable',
    async (colorScheme, width) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const names =
        width > 900
          ? ['What happens', 'Messages', 'Do']
          : ['Map', 'Executions', 'What happens', 'Messages', 'Do'];
      for (const name of names) {
        await view(name, width > 900 ? '.tabs' : '.views').click();
        expect(await problems()).toEqual(NONE);
        const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(tooWide).toBeLessThanOrEqual(0);
      }
    },
    120_000,
  );

  test('a browser without scripts gets the text', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(address);
    const text = await plain.locator('main').textContent();
    expect(text).toMatch(/vpce-\w+ available/);
    expect(text).toMatch(/is connected to orders/);
    await context.close();
  }, 60_000);

  test('a second browser sees the same; no secret has reached one; and both say when the cloud has stopped', async () => {
    const second = await browser.newPage();
    await second.goto(address);
    await second.locator('.verdict', { hasText: /2 VPCs connected/ }).waitFor();
    const seen = [...heard, await page.content(), await second.content()].join('\n');
    expect(seen).toContain('vpce-');
    for (const secret of SECRETS) expect(seen).not.toContain(secret);

    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    for (const one of [page, second]) await one.getByText('The local cloud has stopped').waitFor();
  }, 60_000);
});
