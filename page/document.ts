import type { Mirror } from './mirror.ts';

/** Where no script runs, so many lines are shown. */
const LINES = 200;

/** The page as it is loaded. A browser without scripts gets what is now in words. */
export function document(mirror: Mirror): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Redis Cloud PrivateLink</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<div id="page"></div>
<noscript>
<main class="words">
${inWords(mirror)}
</main>
</noscript>
</body>
</html>
`;
}

function inWords(mirror: Mirror): string {
  const accounts = mirror.all('account/').filter(({ role, vpcs }) => role === null || vpcs.length > 0);
  const vpcs = accounts.flatMap(({ id, vpcs: own }) => own.map((vpc) => ({ ...vpc, accountId: id })));
  const running = mirror.all('execution/').filter(({ status }) => status === 'RUNNING');
  const failures = accounts.flatMap(({ id, problems }) => problems.map((one) => ({ ...one, accountId: id })));
  const lines = mirror.all('line/').filter(({ isStep }) => !isStep);
  const now = mirror.get('clock')?.now;
  return [
    '<h1>Redis Cloud PrivateLink, on this machine</h1>',
    `<p>Without scripts this page is what is at the moment${now ? `, ${time(now)}` : ''}. <a href="/">Load it again</a> to see what is then.</p>`,
    table(
      'Failed, and not mended',
      ['account', 'VPC', 'error', 'why'],
      failures.map((one) => [one.accountId, one.vpcId ?? '', one.error, one.message]),
    ),
    table(
      'VPCs',
      ['account', 'VPC', 'asks for', 'endpoints'],
      vpcs.map((one) => [
        one.accountId,
        one.vpcId,
        one.tag ?? '',
        one.endpoints.map(({ id, state }) => `${id} ${state}`).join(', '),
      ]),
    ),
    table(
      'Running',
      ['workflow', 'about', 'in'],
      running.map((one) => [one.workflow, one.about, one.waits.map(({ state }) => state).join(', ')]),
    ),
    table(
      'What happened',
      ['time', 'account', 'what'],
      lines
        .slice(-LINES)
        .reverse()
        .map((one) => [time(one.time), one.accountId, one.text]),
    ),
  ].join('\n');
}

function table(title: string, heads: string[], rows: string[][]): string {
  if (rows.length === 0) return `<h2>${title}</h2><p>Nothing.</p>`;
  const cells = (tag: string, texts: string[]) =>
    texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<h2>${title}</h2><table><thead><tr>${cells('th', heads)}</tr></thead><tbody>${body}</tbody></table>`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
