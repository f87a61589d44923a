import { readdirSync, readFileSync } from 'node:fs';
import { expressionIn } from '../../packages/local-cloud/src/states/jsonata.ts';

/** A JSONata expression of a definition. */
export interface Expression {
  /** Where it is: `onboard/States/Describe VPC/Assign/vpc`. */
  path: string;
  source: string;
}

/** Every expression of every definition. */
export function expressions(): Expression[] {
  return readdirSync('statemachines')
    .filter((file) => file.endsWith('.asl.json'))
    .flatMap((file) =>
      expressionsIn(JSON.parse(readFileSync(`statemachines/${file}`, 'utf8')), file.split('.')[0]!),
    );
}

function expressionsIn(value: unknown, path: string): Expression[] {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? [] : [{ path, source }];
  }
  if (!(value instanceof Object)) return [];
  return Object.entries(value).flatMap(([key, member]) => expressionsIn(member, `${path}/${key}`));
}
