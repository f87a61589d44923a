import { z } from 'zod';
import { DEFAULT_SYSTEM } from '../../lambdas/shared/runtime/system.ts';
import { listAt, type Problem, text, valueAt } from './problems.ts';
import { KEYS } from './tags.ts';

/**
 * CloudFormation makes the names of roles from that of the stack, and shortens it if both do not fit into 64 characters
 * with its 12 random ones. The policies of table and secrets know the hub's roles by the stack's whole name, `<name>-hub`,
 * so it has to be short. All names that this product gives itself are longer by 38 characters at most.
 */
const LONGEST = 20;

/** What policies allow to `<name>-*`, of no other system may begin so: only the default one's name has a hyphen. */
const NAMES = new RegExp(`^(${DEFAULT_SYSTEM.name}|[a-z][a-z0-9]*)$`);

const name = z
  .string()
  .max(
    LONGEST,
    `at most ${LONGEST} characters: names of roles are made of it, which have 64, and CloudFormation would shorten them`,
  )
  .regex(
    NAMES,
    'use lower-case letters and digits, beginning with a letter, without a hyphen: otherwise names of one system could begin with that of another, and its policies reach them',
  )
  .refine(
    (value) => value !== DEFAULT_SYSTEM.name.split('-')[0],
    `names of the system ${DEFAULT_SYSTEM.name} begin so, and policies would reach them; choose another`,
  )
  .refine(
    (value) => !/^(aws|ssm)/.test(value),
    'AWS keeps parameters that begin with aws or ssm for itself; choose another',
  )
  .refine(
    (value) => !value.startsWith('look'),
    'sessions that may change nothing begin with look; choose another',
  );

const tag = z
  .string()
  .min(1)
  .max(128)
  .regex(KEYS, 'use letters, digits, spaces and _ . : / = + -')
  .refine((key) => !/^(aws:|name$)/i.test(key), 'AWS or people use this key; choose another')
  .refine(
    (key) => !key.startsWith(`${DEFAULT_SYSTEM.name}:`),
    `the system ${DEFAULT_SYSTEM.name} sets this key itself; choose another`,
  );

/** What this deployment is called, where it stands beside another one. */
export const system = z
  .strictObject({
    name: name.default(DEFAULT_SYSTEM.name).meta({
      description:
        'How everything is called that this system makes, or how its name begins: stacks, roles, parameters, tags. It stays.',
    }),
    tag: tag.optional().meta({
      description: 'The tag by which VPCs ask this system for connections. Default: its name.',
    }),
  })
  .prefault({});

/** Problems between the names of the system and other settings. */
export function systemConflicts(data: unknown): Problem[] {
  const own = text(valueAt(data, ['system', 'name']) ?? DEFAULT_SYSTEM.name);
  const asking = text(valueAt(data, ['system', 'tag']) ?? own);
  const problems: Problem[] = [];
  if (asking.startsWith(`${own}:`)) {
    problems.push({ path: ['system', 'tag'], text: 'this system sets this key itself; choose another' });
  }
  const configured = valueAt(data, ['tags']);
  for (const key of Object.keys(configured instanceof Object ? configured : {})) {
    const isTaken = key.toLowerCase().startsWith(`${own}:`) || key.toLowerCase() === asking.toLowerCase();
    if (!isTaken || key.toLowerCase().startsWith(DEFAULT_SYSTEM.name)) continue;
    problems.push({ path: ['tags', key], text: 'this system uses this key itself; choose another' });
  }
  const secrets = [
    ['redisCloud', 'secretName'],
    ...listAt(data, ['redisCloud', 'accounts']).map((_, index) => [
      'redisCloud',
      'accounts',
      index,
      'secretName',
    ]),
  ];
  for (const path of secrets) {
    if (!text(valueAt(data, path)).startsWith(`${own}/endpoint-script/`)) continue;
    problems.push({ path, text: 'endpoint scripts are stored under this name; choose another' });
  }
  return problems;
}
