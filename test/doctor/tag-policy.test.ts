import { readFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';
import type { Ground } from '../../proof/bench/ground.ts';
import { one } from '../long.ts';
import { deployed, keepEnvironment, look, MANAGEMENT } from './deployment.ts';

jest.setTimeout(60_000);
keepEnvironment();

const SHIPPED = readFileSync('config/protect-tags.scp.json', 'utf8');

/** The organization has a policy of its own, attached to these. */
function has({ cloud }: Ground, Content: string, ...targets: string[]): void {
  const policy = { Id: 'p-0123456789', Name: 'tags', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false };
  const answers: Record<string, object> = {
    ListPolicies: { Policies: [policy] },
    DescribePolicy: { Policy: { PolicySummary: policy, Content } },
    ListTargetsForPolicy: { Targets: targets.map((TargetId) => ({ TargetId })) },
  };
  cloud.interceptCalls(async ({ action }, proceed) => answers[action] ?? proceed());
}

const said = async (ground: Ground) =>
  (await look(ground, { as: MANAGEMENT })).filter(({ text }) => text.includes('service control policy'));

one.each<[string, (ground: Ground) => void, object]>([
  [
    'none protects tags',
    () => {},
    {
      status: 'elsewhere',
      text: expect.stringMatching(
        /^no service control policy protects the tags and parameters of this system/,
      ),
      command: expect.stringMatching(
        /^aws organizations create-policy .* file:\/\/config\/protect-tags.scp.json$/,
      ),
    },
  ],
  [
    'the one that is there does less',
    (ground) => has(ground, JSON.stringify({ Statement: JSON.parse(SHIPPED).Statement.slice(1) }), 'r-ab12'),
    { status: 'elsewhere', text: expect.stringMatching(/^no service control policy protects/) },
  ],
  [
    'the one that is there is attached to nothing',
    (ground) => has(ground, SHIPPED),
    {
      status: 'elsewhere',
      text: 'the service control policy tags protects nothing: it is attached to nothing',
      command: 'aws organizations attach-policy --policy-id p-0123456789 --target-id UNIT',
    },
  ],
  [
    'one does, with statements of others',
    (ground) =>
      has(
        ground,
        JSON.stringify({ Statement: [{ Sid: 'Other' }, ...JSON.parse(SHIPPED).Statement] }),
        'ou-1',
      ),
    { status: 'ok', text: expect.stringMatching(/^the service control policy tags protects .* in ou-1$/) },
  ],
])('doctor says so where %s', (_what, prepare, finding) =>
  deployed(async (ground) => {
    prepare(ground);
    expect(await said(ground)).toMatchObject([finding]);
  }),
);
