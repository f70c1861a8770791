// Tests run from source: every package's `exports` has a `bight-source` condition that points at `src`.
const transform = {
  '^.+\\.ts$': [
    'ts-jest',
    {
      useESM: true,
      diagnostics: false,
      tsconfig: {
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        module: 'ESNext',
        moduleResolution: 'Bundler',
        isolatedModules: true,
        verbatimModuleSyntax: true,
        esModuleInterop: true,
        inlineSourceMap: true,
        inlineSources: true,
      },
    },
  ],
};

export default {
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/test/**/*.test.ts',
    '<rootDir>/examples/test/**/*.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/scripts/progress-reporter.mjs'],
  setupFilesAfterEnv: ['<rootDir>/test/support/loop-ledger.ts'],
  testEnvironment: '<rootDir>/test/support/strict-environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['bight-source', 'node', 'node-addons'] },
  transform,
  testTimeout: 120_000,
  maxWorkers: 2,
};
