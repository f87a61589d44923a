import { globSync, readFileSync } from 'node:fs';

const FILES = ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'];

/** Files in which every test is long say so in their first line. `npm run test:all` plays them (CONTRIBUTING.md). */
const isLong = (file) => readFileSync(file, 'utf8').startsWith('// Long: ');
const long = process.env.TESTS === 'all' ? [] : globSync(FILES).filter(isLong);

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Jest would take one of two cores.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/synthesize.ts',
  testSequencer: '<rootDir>/test/sequencer.js',
  setupFiles: ['<rootDir>/test/without-colours.js'],
  testMatch: FILES.map((files) => `<rootDir>/${files}`),
  testPathIgnorePatterns: long.map((file) => `<rootDir>/${file}`),
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
};
