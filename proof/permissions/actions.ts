import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../lib/configuration.ts';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import { synthesize } from '../../local/synthesize.ts';

const { HUB_STACK, MEMBER_STACK } = DEFAULT_NAMES;

/** The page that lists them, between two comments. */
export const PAGE = 'docs/guardrails.md';
const [BEGIN, END] = ['<!-- npm run actions writes this -->', '<!-- to here -->'];

interface Statement {
  Effect: string;
  Action: string | string[];
}

/** Which account runs what a stack makes, by the stack. */
const PLACES = [
  { title: 'In each member account', isIts: (stack: string) => stack === MEMBER_STACK },
  { title: 'In the hub account', isIts: (stack: string) => stack === HUB_STACK },
  {
    title: 'In the management account',
    isIts: (stack: string) => ![MEMBER_STACK, HUB_STACK].includes(stack),
  },
];

/**
 * What the roles of the stacks may do, as a table in Markdown for each kind of account: whatever a service control policy
 * or a permissions boundary takes from that, fails.
 *
 * @param folder of synthesized templates
 */
export function actionsIn(folder: string): string {
  const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  const tables = PLACES.map(({ title, isIts }) => {
    const files = templates.filter((file) => isIts(file.replace('.template.json', '')));
    const actions = new Set(
      files.flatMap((file) => actionsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')))),
    );
    const rows = Map.groupBy([...actions].sort(), (action) => action.split(':')[0] ?? '');
    return [
      `### ${title}`,
      '',
      '| service | actions |',
      '|---|---|',
      ...[...rows].map(
        ([service, all]) =>
          `| \`${service}\` | ${all.map((one) => `\`${one.slice(service.length + 1)}\``).join(', ')} |`,
      ),
    ].join('\n');
  });
  return tables.join('\n\n');
}

function actionsOf({
  Resources,
}: {
  Resources: Record<string, { Properties?: Record<string, unknown> }>;
}): string[] {
  const documents = Object.values(Resources).flatMap(({ Properties = {} }) => {
    const { PolicyDocument, Policies = [] } = Properties as {
      PolicyDocument?: { Statement: Statement[] };
      Policies?: { PolicyDocument: { Statement: Statement[] } }[];
    };
    // A policy of a resource (a queue, a topic) says who may do something, which another role's policy allows.
    const own = PolicyDocument && 'Roles' in Properties ? [PolicyDocument] : [];
    return [...own, ...Policies.map((policy) => policy.PolicyDocument)];
  });
  return documents
    .flatMap(({ Statement }) => Statement)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action);
}

/** The page with other tables. */
export function pageWith(tables: string): string {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  return `${before}${BEGIN}\n\n${tables}\n\n${END}${rest.split(END)[1] ?? ''}`;
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-actions-'));
  try {
    await synthesize(loadConfiguration('config/privatelink.yaml'), folder);
    writeFileSync(PAGE, pageWith(actionsIn(folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
