import { thingsInWords } from '../../lambdas/shared/workflows/leftovers.ts';
import { mapForMail } from '../../page/bundle.ts';
import type { MailedMap } from '../../page/protocol.ts';
import { byText, causes } from './causes.ts';
import { mapOf } from './map.ts';
import { about, minute, stateOf } from './printed.ts';
import { counted, type Status } from './status.ts';

/** The status as one page without scripts, which loads nothing: it can be mailed. Its map is that of the local page. */
export async function page(status: Status): Promise<string> {
  const { markup, style } = await mapForMail();
  const {
    at,
    needsPerson,
    unseen,
    notes,
    connections,
    running,
    waiting,
    failures,
    repair,
    reconciliation,
    byHand,
    leftovers,
  } = status;
  const verdict =
    needsPerson.length > 0
      ? list(needsPerson.map((line) => `<strong class="bad">To do:</strong> ${escaped(line)}`))
      : unseen.length > 0
        ? '<p class="bad">Not everything could be looked at.</p>'
        : '<p class="good">Nothing needs a person.</p>';
  const left = reconciliation
    ? [
        ...reconciliation.reported.map(({ kind, what, ...place }) => [`${kind}: ${about(place)}`, what]),
        ...byText(reconciliation.held, ({ why, reason }) => reason ?? why).map(([text, places]) => [
          `held back: ${places.map(about).join(', ')}`,
          text,
        ]),
        ...reconciliation.incomplete.map((what) => ['could not be looked at', what]),
      ]
    : [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Redis Cloud PrivateLink: status</title>
<style>${style}</style>
</head>
<body>
<main class="words mailed">
<h1>Redis Cloud PrivateLink: status of ${escaped(minute(at))}</h1>
${verdict}
${section('Notes', notes.map(escaped))}
${section('Could not be looked at', unseen.map(escaped))}
${connections.map((connection) => connectionMap(connection, status, markup)).join('\n')}
${section(
  'Runs now',
  running.map(
    ({ workflow, place, since, ...where }) =>
      `${escaped(workflow)} ${escaped(place ? about(place) : '')}, since ${escaped(minute(since))}${where.state === null ? '' : `, in ${escaped(stateOf(where))}`}`,
  ),
)}
${section('Waits', [
  ...waiting.approvals.map(
    (one) => `for an approval: ${escaped(about(one))}, asked ${escaped(minute(one.at))}`,
  ),
  ...waiting.locks
    .filter(({ waiting: line }) => line.length > 0)
    .map(
      ({ subscriptionId, waiting: line }) =>
        `for the lock of subscription ${escaped(subscriptionId)}: ${counted(line.length, 'execution')}`,
    ),
  ...waiting.deletions.map(
    (one) => `${escaped(about(one))}, which somebody tried to delete: until ${escaped(minute(one.until))}`,
  ),
])}
${section(
  'Held, until somebody answers',
  waiting.holds.map(
    (one) =>
      `<strong class="bad">would go:</strong> ${escaped(about(one))}, held until ${escaped(minute(one.until))}<br>${escaped(one.reason)}<br><code>${escaped(one.release)}</code><br><code>${escaped(one.refuse)}</code>`,
  ),
)}
${section(
  'Left in accounts',
  leftovers.map(
    (one) =>
      `${escaped(about(one))}, since ${escaped(minute(one.since))}: ${escaped(thingsInWords(one.things))}. ${escaped(one.why)}<br>${one.staysSince === null ? `<code>${escaped(one.leave)}</code>` : `it may stay, since ${escaped(minute(one.staysSince))}`}`,
  ),
)}
${section('As people have left it', [
  ...byHand.wishes.map((one) => `connected: ${escaped(about(one))}, since ${escaped(minute(one.at))}`),
  ...byHand.refusals.map((one) => `disconnected: ${escaped(about(one))}, since ${escaped(minute(one.at))}`),
])}
${section(
  'Failed, and not mended',
  causes(failures).map(
    ({ name, workflow, message, section: where, failures: all }) =>
      `<strong class="bad">${escaped(name)}</strong> ${escaped(workflow)}<br>${escaped(message)}<br>${escaped(where)}${list(
        all.map(
          (one) =>
            `${escaped(about(one))}, ${escaped(minute(one.at))}<br><code>${escaped(one.command)}</code>`,
        ),
      )}${all.length > 1 && workflow === 'onboard' ? `All of them, when the cause is mended:<br><code>${escaped(repair)}</code>` : ''}`,
  ),
)}
${left.length === 0 ? '' : `<h2>Left</h2><dl>${left.map(([title = '', what = '']) => `<dt>${escaped(title)}</dt><dd>${escaped(what)}</dd>`).join('')}</dl>`}
${reconciliation ? `<p>The last reconciliation began at ${escaped(minute(reconciliation.at))}.</p>` : ''}
</main>
</body>
</html>
`;
}

/** Redis Cloud's subscription, and the accounts and VPCs that reach it or were to. */
function connectionMap(
  connection: Status['connections'][number],
  status: Status,
  markup: (map: MailedMap) => string,
): string {
  const { name, subscriptionId, region } = connection;
  const map = mapOf(connection, status);
  const head = `<h2>${escaped(name)}: subscription ${subscriptionId} in ${escaped(region)}</h2>`;
  return `${head}\n${map.accounts.length === 0 ? '<p>Nobody is connected.</p>' : markup(map)}`;
}

function section(title: string, items: string[]): string {
  return items.length === 0 ? '' : `<h2>${title}</h2>\n${list(items)}`;
}

function list(items: string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
