import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MAX_ENDPOINT_REQUESTS } from '../lambdas/onboard/deciding/endpoint.ts';
import { isVague, MEANINGS } from '../lambdas/redis-cloud/client/codes.ts';
import * as errors from '../lambdas/shared/errors.ts';
import { schema } from '../lib/configuration/schema.ts';
import { BOUNDS } from '../statemachines/bounds.ts';
import { definitions, functionOf, statesOf } from './statemachines/states.ts';

const text = readFileSync('docs/architecture.md', 'utf8');

/** Errors with which a workflow itself ends, in a `failure` or a Fail state; also by an expression that names one. */
const ownErrors = [...definitions].flatMap(([, definition]) =>
  [...JSON.stringify(definition).matchAll(/"Error":"((?:[^"\\]|\\.)*)"/g)].flatMap(([, error = '']) =>
    error.startsWith('{%')
      ? [...error.matchAll(/'([A-Z][a-z]+[A-Z]\w+)'/g)].map(([, name]) => name!)
      : [error],
  ),
);

describe('the table of errors', () => {
  const rows = text
    .split('\n')
    .filter((line) => /^\| `\w+`/.test(line))
    .map((line) => line.split(' | '));
  const listed = rows.flatMap(([first]) => [...first!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  // A person gives it as an answer.
  const known = new Set([...Object.keys(errors), ...ownErrors, 'ApprovalRefused']);
  known.delete('NamedError');

  test('has every error of the functions and the workflows, once, and no other', () => {
    expect(listed.filter((name) => /^[A-Z]/.test(name)).sort()).toEqual([...known].sort());
  });

  test('names functions that exist', () => {
    const functions = new Set(
      [...definitions].flatMap(([, definition]) =>
        statesOf(definition).flatMap(([, state]) => {
          const name = functionOf(state);
          return name ? [name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()] : [];
        }),
      ),
    );
    const named = rows.flatMap(([, who = '']) =>
      who.split(/[,;] /).filter((name) => /^[a-z]+(-[a-z]+)+$/.test(name)),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !functions.has(name))).toEqual([]);
  });
});

describe('the diagram of onboard', () => {
  const [, diagram] = /```mermaid\n(flowchart TD[\s\S]*?)```/.exec(text)!;
  const boxes = [...diagram!.matchAll(/\["([^"]*)"\]|\{"([^"]*)"\}/g)].map(([, box, choice]) =>
    (box ?? choice)!.replace(/,?<br\/>.*$/, ''),
  );
  const states = statesOf(definitions.get('onboard')!);

  test('shows steps that exist', () => {
    const names = states.map(([name]) => name);
    expect(boxes.filter((box) => !names.includes(box))).toEqual([]);
  });

  test('shows every step that reads or changes something at Redis Cloud or in a member account', () => {
    const hidden = states
      .filter(([, state]) =>
        /^(Create|Add|Remove|Delete|Accept|Publish|Describe)/.test(functionOf(state) ?? ''),
      )
      .map(([name]) => name)
      .filter((name) => !boxes.includes(name));
    expect(hidden).toEqual([]);
  });
});

describe('the codes in redis-cloud.md', () => {
  const rows = readFileSync('docs/redis-cloud.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| `[A-Z_]+`/.test(line))
    .map((line) => line.split(' | ').map((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!)));
  const listed = new Map(
    rows.flatMap(([codes = [], names = []]) => codes.map((code) => [code, names[0]] as const)),
  );

  test('are those that the client knows, with the errors that it makes of them', () => {
    const known = [...MEANINGS].map(([code, meaning]) => [code, meaning.error.name]);
    expect(Object.fromEntries(listed)).toMatchObject(Object.fromEntries(known));
    const unknown = [...listed.keys()].filter((code) => !MEANINGS.has(code) && !isVague(code));
    expect(unknown).toEqual([]);
  });
});

describe('figures', () => {
  const documents = [
    'README.md',
    'docs/architecture.md',
    'docs/configuration.md',
    'docs/operations.md',
    'docs/deploy.md',
  ];
  const all = documents.map((document) => readFileSync(document, 'utf8').replaceAll('\n', ' ')).join(' ');
  const WORDS = [
    'no',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ];
  const inWords = (count: number) => WORDS[count] ?? String(count);

  test('of how often a reconciliation runs are those of its schedule', () => {
    const said = [...all.matchAll(/every (hour\b|\w+ hours)/gi)].map(([, interval]) => interval);
    expect(said.length).toBeGreaterThan(1);
    expect(new Set(said)).toEqual(new Set(['hour']));
    expect(schema.shape.reconcile.parse(undefined)).toEqual({ everyMinutes: 60 });
  });

  test('of how often something is looked at are those of the bounds', () => {
    const said = [...all.matchAll(/(\d+) (?:looks|polls|readings)/g)].map(([, count]) => Number(count));
    expect(new Set(said)).toEqual(new Set([BOUNDS.maxPolls.value]));
    expect(all).toMatch(new RegExp(`after ${inWords(MAX_ENDPOINT_REQUESTS)} requests for an endpoint`));
  });
});
