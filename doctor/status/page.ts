import { thingsInWords } from '../../lambdas/shared/workflows/leftovers.ts';
import { about, message, minute } from './printed.ts';
import { counted, type Status } from './status.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --bad: #c62828; --good: #2e7d32; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #81c784; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: auto; padding: 1rem; }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2rem }
code { font-size: .875em; overflow-wrap: anywhere }
.map { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: .75rem;
  border-left: 4px solid var(--line); padding-left: 1rem; list-style: none }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem }
.card ul { list-style: none; margin: 0; padding: 0 } .card li { border-top: 1px solid var(--line); padding: .25rem 0 }
.bad { color: var(--bad) } .good { color: var(--good) }
dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 }
`;

/** The status as one page without scripts, which loads nothing: it can be mailed. */
export function page(status: Status): string {
  const {
    at,
    needsPerson,
    unseen,
    notes,
    connections,
    running,
    waiting,
    failures,
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
        ...reconciliation.held.map(({ why, reason, ...place }) => [
          `held back: ${about(place)}`,
          reason ?? why,
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
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Redis Cloud PrivateLink: status of ${escaped(minute(at))}</h1>
${verdict}
${section('Notes', notes.map(escaped))}
${section('Could not be looked at', unseen.map(escaped))}
${connections.map(connectionMap).join('\n')}
${section(
  'Runs now',
  running.map(
    ({ workflow, place, state, since }) =>
      `${escaped(workflow)} ${escaped(place ? about(place) : '')}, since ${escaped(minute(since))}${state === null ? '' : `, in “${escaped(state)}”`}`,
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
  failures.map(
    (one) =>
      `<strong class="bad">${escaped(one.error === '-' ? one.status : one.error)}</strong> ${escaped(one.workflow)} ${escaped(about(one))}, ${escaped(minute(one.at))}<br>${escaped(message(one.cause))}<br><code>${escaped(one.command)}</code><br>${escaped(one.section)}`,
  ),
)}
${left.length === 0 ? '' : `<h2>Left</h2><dl>${left.map(([title = '', what = '']) => `<dt>${escaped(title)}</dt><dd>${escaped(what)}</dd>`).join('')}</dl>`}
${reconciliation ? `<p>The last reconciliation began at ${escaped(minute(reconciliation.at))}.</p>` : ''}
</main>
</body>
</html>
`;
}

/** Redis Cloud's subscription, and the accounts and VPCs that reach it. */
function connectionMap({ name, subscriptionId, region, accounts }: Status['connections'][number]): string {
  const cards = accounts.map(({ accountId, admittedAt, vpcs }) => {
    const lines = vpcs.map(({ vpcId, vpcEndpointId, names, missing }) => {
      const state =
        vpcEndpointId === null
          ? '<span class="bad">has no endpoint yet</span>'
          : names > 0 && missing === 0
            ? `<span class="good">connected: ${counted(names, 'name')}</span>`
            : `<span class="bad">${counted(names, 'name')}, ${missing} missing</span>`;
      return `<li><code>${escaped(vpcId ?? '')}</code><br><code>${escaped(vpcEndpointId ?? '')}</code><br>${state}</li>`;
    });
    const admitted =
      admittedAt === null
        ? '<span class="bad">not recorded as admitted</span>'
        : `admitted ${escaped(minute(admittedAt))}`;
    return `<li class="card"><strong>${escaped(accountId)}</strong> ${admitted}<ul>${lines.join('')}</ul></li>`;
  });
  const head = `<h2>${escaped(name)}: subscription ${subscriptionId} in ${escaped(region)}</h2>`;
  return `${head}\n${cards.length === 0 ? '<p>Nobody is connected.</p>' : `<ul class="map">${cards.join('\n')}</ul>`}`;
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
