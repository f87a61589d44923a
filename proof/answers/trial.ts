import { Activity, type AwsCall } from 'local-cloud';
import { REGISTER, type World } from '../../assumptions/register.ts';
import { redisCloudIn } from '../../local/assumed.ts';
import type { Heard } from '../../local/redis-cloud/options.ts';
import type { Story } from '../assumptions/happenings.ts';
import { type Judgement, judged } from '../assumptions/play.ts';
import type { Ground, GroundName } from '../faults/ground.ts';
import { Stage } from '../faults/stage.ts';
import { distorted, type Kind, type Member, membersOf, type Path } from './distortions.ts';
import { stories } from './stories.ts';

/** An answer that has a member in another way than it should. */
export interface Case {
  /** `<answer> <member> | <kind> | <times> | <story> | <ground>`. */
  name: string;
  /** Who answers what: `redis-cloud:getTask`, `ec2:DescribeVpcs`. */
  answer: string;
  path: Path;
  kind: Kind;
  /** The first answer that has the member, or each. */
  times: 'once' | 'always';
  story: string;
  ground: GroundName;
}

export interface Result extends Judgement {
  case: Case;
  /** How many answers were so. */
  count: number;
}

/** The others are this system's own tools: its table, its queues, its workflows. */
const SERVICES = new Set(['ec2', 'ram', 'organizations', 'sts', 'ssm', 'secretsmanager']);
/** Their answers are XML: a member is there, or it is not. */
const WITHOUT_NULL = new Set(['ec2', 'sts']);

/** As all is assumed: what comes of the other alternatives is tried by `npm run assumptions`. */
const WORLD: World = Object.fromEntries(REGISTER.map(({ name, assumed }) => [name, assumed]));

type Rewrite = (answer: string, body: unknown) => unknown;

/** Lets a story happen whose answers go through a hand while it acts. */
async function play(ground: Ground, accountId: string, story: Story, rewrite: Rewrite): Promise<Judgement> {
  let acts = false;
  const changing: Story = {
    ...story,
    async act(stage) {
      acts = true;
      const stopped = await story.act(stage);
      acts = false;
      return stopped;
    },
  };
  const end = ground.cloud.interceptCalls(async (call, proceed) => {
    const answer = await proceed();
    return acts && isOfFunction(call) ? rewrite(`${call.service}:${call.action}`, answer) : answer;
  });
  try {
    return await Activity.run(ground.cloud.clock, async (activity) => {
      const stage = await Stage.enter(ground, activity, accountId, {
        ways: redisCloudIn(WORLD).ways,
        timings: {},
        rewrite: ({ operation, status, body }: Heard) =>
          acts && status < 300 ? rewrite(`redis-cloud:${operation}`, body) : body,
      });
      try {
        return await judged(stage, changing, WORLD);
      } catch (error) {
        return { end: 'defect', failure: null, problems: [String(error)] };
      } finally {
        acts = false;
        await stage.leave();
      }
    });
  } finally {
    end();
  }
}

function isOfFunction({ service, caller }: AwsCall): boolean {
  return SERVICES.has(service) && caller.arn.includes(':assumed-role/');
}

/**
 * The cases of a ground, by rule: each member of each answer that a story gets, in each way in which it can be, once and
 * always. What an answer has in two stories is tried in the first of them, but for the reconciliation, which tries all that
 * it gets: it looks at what is connected.
 *
 * @throws Error if a story does not end well as it is: its cases would tell nothing
 */
export async function casesOf(ground: Ground, nextAccount: () => string): Promise<Case[]> {
  const cases = new Map<string, Case>();
  for (const story of stories()) {
    if (!story.grounds.includes(ground.name)) continue;
    const members = new Map<string, Map<string, Member>>();
    const { end, problems } = await play(ground, nextAccount(), story, (answer, body) => {
      const known = members.get(answer) ?? new Map<string, Member>();
      for (const member of membersOf(body)) {
        const kinds = new Set([...(known.get(shown(member.path))?.kinds ?? []), ...member.kinds]);
        known.set(shown(member.path), { path: member.path, kinds: [...kinds] });
      }
      members.set(answer, known);
      return body;
    });
    if (end !== 'converged') {
      throw new Error(
        `The story “${story.name}” (${ground.name}) does not end well: ${problems.join('; ')}.`,
      );
    }
    for (const [answer, known] of members) {
      for (const { path, kinds } of known.values()) {
        for (const kind of kinds.filter((one) => isPossible(answer, path, one))) {
          for (const times of ['once', 'always'] as const) {
            if (times === 'always' && story.name === 'reconcile' && isTagTaken(answer, path, kind)) continue;
            const what = `${answer} ${shown(path)} | ${kind} | ${times}`;
            const key = story.name === 'reconcile' ? `${what} | reconcile` : what;
            const name = `${what} | ${story.name} | ${ground.name}`;
            const one: Case = { name, answer, path, kind, times, story: story.name, ground: ground.name };
            if (!cases.has(key)) cases.set(key, one);
          }
        }
      }
    }
  }
  return [...cases.values()];
}

/** Those of another ground that are not in the first: what a case tries does not depend on the contract. */
export function withoutTheSame(cases: readonly Case[], known: readonly Case[]): Case[] {
  const whatOf = ({ name }: Case) => name.slice(0, name.lastIndexOf(' | '));
  const tried = new Set(known.map(whatOf));
  return cases.filter((one) => !tried.has(whatOf(one)));
}

/** What can be written in the form in which the service answers. */
function isPossible(answer: string, path: Path, kind: Kind): boolean {
  const [service = ''] = answer.split(':');
  if (service === 'redis-cloud') return true;
  // The whole answer of an SDK is an object, and a list of one is a list.
  if (path.length === 0) return kind === 'empty';
  if (kind === 'unwrapped' || kind === 'text') return false;
  return !(WITHOUT_NULL.has(service) && kind.startsWith('null'));
}

/**
 * What AWS itself answers where somebody has taken the tag away, emptied or renamed it: if each answer says so, the VPC is to be
 * disconnected.
 */
function isTagTaken(answer: string, path: Path, kind: Kind): boolean {
  if (answer !== 'ec2:DescribeVpcs') return false;
  const member = shown(path);
  return (
    (member === 'Vpcs[].Tags' && (kind === 'absent' || kind === 'empty')) ||
    (member === 'Vpcs[].Tags[].Value' && kind === 'empty') ||
    // Keys of tags differ by capitals ("Tag your Amazon EC2 resources").
    (member === 'Vpcs[].Tags[].Key' && (kind === 'other case' || kind === 'unknown' || kind === 'empty'))
  );
}

function shown(path: Path): string {
  return path.length === 0 ? '(all of it)' : path.join('.').replaceAll('.[]', '[]');
}

/** Lets a case happen. */
export async function perform(one: Case, ground: Ground, accountId: string): Promise<Result> {
  const story = stories().find(({ name }) => name === one.story)!;
  let count = 0;
  const judgement = await play(ground, accountId, story, (answer, body) => {
    if (answer !== one.answer || (one.times === 'once' && count > 0)) return body;
    const changed = distorted(body, one.path, one.kind);
    if (changed !== body) count += 1;
    return changed;
  });
  return { case: one, count, ...judgement };
}
