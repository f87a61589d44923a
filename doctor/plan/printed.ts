import type { ConnectionPlan, Outcome, Plan } from './plan.ts';

/** Of so many lines of one kind and connection the rest is counted. */
const MOST_LINES = 50;

/** What each outcome is called in a sentence. */
const WORDS: Record<Outcome, string> = {
  cut: 'cut',
  connect: 'connect',
  leave: 'leave as it is',
  keep: 'keep',
};

/** The plan in Markdown, as a pull request shows it, and a terminal. What is cut comes first. */
export function printed(plan: Plan, config: string): string {
  const { connections, counts, errors, isDeployed, seenAt } = plan;
  return [
    `# Plan of ${config}`,
    '',
    isDeployed
      ? 'The deployed configuration is this one.'
      : 'The deployed configuration is another one, or of another version.',
    seenAt
      ? `VPCs and their tags are as the reconciliation of ${seenAt} has seen them.`
      : 'No reconciliation has looked into accounts in the last week: start one for a plan of VPCs.',
    ...connections.flatMap(section),
    '',
    '## In all',
    '',
    `${counts.connect} to connect, **${counts.cut} to cut**, ${counts.leave} to leave as they are, ${counts.keep} to keep.`,
    ...errors.map((error) => `\n**Do not deploy this:** ${error}.`),
  ].join('\n');
}

function section({
  name,
  newName,
  destination,
  isConfigured,
  refused,
  atOnce,
  lines,
}: ConnectionPlan): string[] {
  const of = (outcome: Outcome) => lines.filter((line) => line.outcome === outcome);
  const cut = of('cut');
  const shown: Outcome[] = ['cut', 'connect', 'leave'];
  const kept = of('keep').length;
  return [
    '',
    `## ${name}${newName === null ? '' : `, now ${newName}`}${isConfigured ? '' : ' (not configured)'}`,
    '',
    ...(destination === null ? [] : [`To ${destination}.`]),
    ...(refused === null ? [] : [`**Refused:** ${refused}.`]),
    ...(lines.length === 0 ? ['Nothing is connected, and nothing asks to be.'] : ['']),
    ...shown.flatMap((outcome) => listed(outcome, of(outcome))),
    ...(kept > 0 ? [`- keep: ${kept}`] : []),
    ...(atOnce !== null && cut.length > atOnce
      ? [
          '',
          `At most ${atOnce} of these go in an hour without a person. The rest is held until somebody releases it.`,
        ]
      : []),
  ];
}

function listed(outcome: Outcome, lines: ConnectionPlan['lines']): string[] {
  const word = outcome === 'cut' ? `**${WORDS[outcome]}**` : WORDS[outcome];
  const more = lines.length - MOST_LINES;
  return [
    ...lines
      .slice(0, MOST_LINES)
      .map(
        ({ accountId, vpcId, why }) =>
          `- ${word}: ${accountId}${vpcId === null ? '' : `/${vpcId}`}, because ${why}`,
      ),
    ...(more > 0 ? [`- ${word}: ${more} more, which --json lists`] : []),
  ];
}
