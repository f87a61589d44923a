import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { bundlePage } from '../../page/bundle.ts';
import { Mirror } from '../../page/mirror.ts';
import type { AccountDocument, Command } from '../../page/protocol.ts';
import { Refusal, servePage } from '../../page/server.ts';
import { browserPath, findings, openBrowser, SKIPPED } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const NOW = Date.parse('2026-11-20T09:00:00Z');
const mirror = new Mirror();
const done: Command[] = [];
const page = servePage(
  {
    mirror,
    refresh() {},
    async fetch(path) {
      if (path === '/deeds') return [];
      throw new Refusal(404, path);
    },
    async perform(command) {
      if (command.do === 'answer' && command.by === '') throw new Refusal(400, 'An answer has a name.');
      done.push(command);
    },
    secrets: [],
  },
  bundlePage(),
);
const server = createServer(page.listener);

/** An account with a VPC: one in twenty has failed, one in ten is under way. */
function account(index: number): AccountDocument {
  const id = String(444_455_550_000 + index);
  const vpcId = `vpc-${String(index).padStart(17, '0')}`;
  const hasFailed = index % 20 === 7;
  const state = index % 10 === 3 ? 'pending' : 'available';
  const zones = ['us-east-1a', 'us-east-1b'];
  const endpoint = { id: `vpce-${String(index).padStart(17, '0')}`, connection: 'orders', state, zones };
  return {
    id,
    name: `team-${index}`,
    parentId: 'ou-ab12-l3zc8b3h',
    state: 'ACTIVE',
    role: null,
    offered: ['orders'],
    principals: { orders: 'associated' },
    vpcs: [
      {
        vpcId,
        region: 'us-east-1',
        name: null,
        cidrBlock: '10.42.0.0/16',
        tag: 'orders',
        asks: ['orders'],
        subnets: [],
        zones,
        endpoints: hasFailed ? [] : [endpoint],
      },
    ],
    problems: hasFailed
      ? [
          {
            connection: 'orders',
            vpcId,
            error: 'QuotaExceeded',
            message: 'Ask AWS for more.',
            execution: 'e1',
          },
        ]
      : [],
  };
}

function fill(): void {
  mirror.set('setting', {
    run: 'one',
    hubAccountId: '222222222222',
    managementAccountId: '111111111111',
    units: ['ou-ab12-l3zc8b3h'],
    rootId: 'r-ab12',
    hubRegion: 'us-east-1',
    system: { name: 'redis-privatelink', tag: 'redis-privatelink' },
    awsUrl: 'http://127.0.0.1:1',
    sessionToken: '',
    redisCloudUrl: 'http://127.0.0.1:2/v1',
    story: null,
    isRedisCloudLocal: true,
    workflows: [],
  });
  mirror.set('clock', { now: NOW, speed: 10, isJumping: false });
  mirror.set('weather', { redisCloud: 'well', keys: 'good', tasks: [] });
  mirror.setOne('connection/', 'orders', {
    name: 'orders',
    subscriptionId: 12345,
    region: 'us-east-1',
    contract: 'resource-share',
    vpcs: 'tagged',
    approval: 'required',
    privateLink: 'active',
    isChanging: false,
  });
  for (let index = 0; index < 1000; index += 1) mirror.setOne('account/', account(index).id, account(index));
  mirror.setOne('message/', 1, {
    number: 1,
    time: NOW,
    subject: 'redis-privatelink: approve orders?',
    text: 'Somebody has to approve it.',
    approval: 'open',
  });
}

(browserPath ? describe : describe.skip)(`the page${SKIPPED}`, () => {
  let browser: Browser;
  let tab: Page;

  beforeAll(async () => {
    fill();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await openBrowser();
    tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
    tab.setDefaultTimeout(30_000);
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    page.close();
    server.closeAllConnections();
    server.close();
  });

  const map = () => tab.getByRole('region', { name: 'Map' });

  test('shows a thousand accounts at one look, draws those that have failed, and finds any other', async () => {
    await map()
      .getByRole('img', { name: '1000 accounts: 850 connected, 100 under way, 50 failed' })
      .waitFor();
    expect(await tab.locator('.account').count()).toBe(8);
    expect(await tab.locator('.account.troubled').count()).toBe(8);
    expect(await tab.locator('.lines path.bad').count()).toBe(8);

    await map().getByRole('searchbox').fill('444455550042');
    await map().getByText('team-42').waitFor();
    expect(await tab.locator('.account').count()).toBe(1);
    await map().getByRole('searchbox').fill('');
  }, 60_000);

  test('moves nothing before somebody who wants no motion', async () => {
    await map().getByRole('searchbox').fill('444455550003');
    await tab.locator('.lines path.warn').waitFor();
    expect(await tab.evaluate('document.getAnimations().length')).toBe(0);
    await map().getByRole('searchbox').fill('');
  }, 60_000);

  test('says why a story could not go on', async () => {
    mirror.set('story', { state: 'failed', failure: 'Nobody has made the VPC.' });
    await tab.getByRole('alert').getByText('The story could not go on: Nobody has made the VPC.').waitFor();
    expect(await findings(tab, axe)).toEqual([]);
    mirror.set('story', { state: 'ended', failure: null });
    await tab.getByRole('alert').waitFor({ state: 'hidden' });
  }, 60_000);

  test('follows a change among a thousand at once', async () => {
    await map().getByRole('searchbox').fill('444455550042');
    const changed = account(42);
    mirror.setOne('account/', changed.id, { ...changed, name: 'renamed' });
    await map().getByText('renamed').waitFor();
    await map().getByRole('searchbox').fill('');
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong with a thousand accounts, in %s',
    async (colorScheme) => {
      await tab.emulateMedia({ colorScheme });
      for (const width of [1280, 400]) {
        await tab.setViewportSize({ width, height: 900 });
        expect(await findings(tab, axe)).toEqual([]);
      }
      await tab.setViewportSize({ width: 1280, height: 900 });
    },
    60_000,
  );

  test('takes an approval with the name of who gives it, and says what is missing', async () => {
    await tab.getByRole('button', { name: '1 approval to give' }).click();
    await tab.getByRole('button', { name: 'Approve' }).click();
    await tab.getByRole('alert').getByText('An answer has a name.').waitFor();
    await tab.getByLabel('Your name').fill('Ada');
    await tab.getByLabel('Why').fill('not now');
    const answered = tab.waitForResponse((response) => response.url().endsWith('/commands'));
    await tab.getByRole('button', { name: 'Refuse' }).click();
    expect((await answered).status()).toBe(204);
    expect(done).toEqual([{ do: 'answer', message: 1, isApproved: false, by: 'Ada', why: 'not now' }]);
    expect(await findings(tab, axe)).toEqual([]);
  }, 60_000);

  test('shows the latest of ten thousand events, and older ones on demand', async () => {
    for (let number = 1; number <= 10_000; number += 1) {
      mirror.setOne('line/', number, {
        number,
        time: NOW + number,
        accountId: '444455550042',
        actor: 'onboard',
        text: `event ${number}`,
        mood: 'plain',
        isStep: false,
        execution: null,
      });
      mirror.delete('line/', number - 400);
    }
    await tab.locator('.tabs').getByRole('button', { name: 'What happens' }).click();
    await tab.getByRole('log').getByText('event 10000', { exact: true }).waitFor();
    expect(await tab.locator('.line').count()).toBe(400);
    await tab.getByRole('button', { name: 'Show older' }).waitFor();
  }, 60_000);
});
