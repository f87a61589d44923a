import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  ConfigurationError,
  configurationJsonSchema,
  loadConfiguration,
  parseConfiguration,
} from '../../lib/configuration.ts';
import { connection } from '../connection.ts';

const EXAMPLE = readFileSync('config/privatelink.yaml', 'utf8');

function problemsOf(text: string): readonly string[] {
  try {
    parseConfiguration(text, 'test.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('fills in every default of the example', () => {
    const { connections } = loadConfiguration('config/privatelink.yaml');
    expect(connections).toEqual([connection()]);
  });

  test('reports all problems at once, each with its line', () => {
    const text = EXAMPLE.replace('hubRegion: us-east-1', 'hubRegion: us-east-9').replace(
      'subscriptionId: 12345',
      'subscriptionID: 12345',
    );
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^organization\.hubRegion \(line \d+\): "us-east-9": not a Region/),
      expect.stringMatching(/^connections\[0\]\.subscriptionId.*number of the subscription/),
      expect.stringMatching(
        /^connections\[0\]\.subscriptionID \(line \d+\): 12345: there is no such setting/,
      ),
    ]);
  });

  test('refuses two connections of one name, also where something else is wrong', () => {
    const text = `${EXAMPLE}\n  - name: orders\n    subscriptionId: nine\n    region: eu-west-1\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('connections[1].subscriptionId'),
      expect.stringContaining('connections[0] has this name already'),
    ]);
  });

  test('refuses two connections to one subscription, but not to two regions of an Active-Active one', () => {
    const second = (region: string) =>
      `${EXAMPLE}\n  - name: more\n    subscriptionId: 12345\n    region: eu-west-1\n${region}`;
    expect(problemsOf(second(''))).toEqual([expect.stringContaining('offers this subscription already')]);
    expect(problemsOf(second('    activeActiveRegionId: 4\n'))).toEqual([]);
  });

  test('refuses an account that is chosen and excluded', () => {
    const text = `${EXAMPLE}    accounts:\n      accountIds: ["333333333333"]\n      excludedAccountIds: ["333333333333"]\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining('this account is excluded too')]);
  });

  test('asks for quotes around an account id that YAML reads as a number', () => {
    expect(problemsOf(EXAMPLE.replace('"222222222222"', '222222222222'))).toEqual([
      expect.stringMatching(/organization\.hubAccountId .*in quotes/),
    ]);
  });

  test('refuses an address that is not https', () => {
    expect(problemsOf(EXAMPLE.replace('https://', 'http://'))).toEqual([
      expect.stringMatching(/redisCloud\.apiUrl .*https/),
    ]);
  });

  test('says where the YAML itself is broken', () => {
    expect(problemsOf('redisCloud: {')).toEqual([expect.stringMatching(/at line 1/)]);
  });

  test('says what to do about a file that is not there', () => {
    expect(() => loadConfiguration('config/none.yaml')).toThrow(/Copy config\/privatelink.yaml/);
  });

  test('has a JSON Schema for editors, which is the one that is checked in', () => {
    expect(JSON.parse(readFileSync('config/privatelink.schema.json', 'utf8'))).toEqual(
      configurationJsonSchema(),
    );
  });
});
