import { availableParallelism } from 'node:os';

// Tests run from source: every package's `exports` has a `bight-source` condition that points at `src`.
export default {
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts',
    '<rootDir>/examples/test/**/*.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  // The order in which a name without one is looked for.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/scripts/progress-reporter.mjs'],
  setupFilesAfterEnv: ['<rootDir>/test/support/open-handles.ts'],
  runtime: '<rootDir>/test/support/runtime.cjs',
  testEnvironment: '<rootDir>/test/support/strict-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['bight-source', 'node', 'node-addons'] },
  transform: { '\\.ts$|/build/sources\\.cjs$': '<rootDir>/test/support/transformer.mjs' },
  testTimeout: (process.env.BIGHT_TEST_EXTENT ?? 'sample') !== 'sample' ? 1_200_000 : 120_000,
  // Many tests mostly wait: for processes, for time-outs.
  maxWorkers: Math.min(8, availableParallelism() * 2),
  // A worker comes to its end within 10 ms, unless it has something open. What takes longer than the half second that
  // jest waits, on a busy machine, is the freeing of some hundred megabytes.
  workerGracefulExitTimeout: 5_000,
  testSequencer: '<rootDir>/test/support/file-order.mjs',
};
