// A CommonJS program, test and type check in the project with the packed packages.
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../packages.mjs';

const require = createRequire(import.meta.url);

/** Puts test/smoke/common-js into a project, as a CommonJS package. Returns its folder. */
export function makeCommonJs(project) {
  const directory = path.join(project, 'common-js');
  cpSync(path.join(root, 'test', 'smoke', 'common-js'), directory, { recursive: true });
  writeFileSync(
    path.join(directory, 'package.json'),
    '{ "private": true, "jest": { "testEnvironment": "node" } }\n',
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'ES2022',
    lib: ['ES2023'],
    types: ['node'],
  };
  for (const module of ['Node16', 'NodeNext']) {
    const config = { compilerOptions: { ...compilerOptions, module }, files: ['types.cts'] };
    writeFileSync(path.join(directory, `tsconfig.${module}.json`), JSON.stringify(config));
  }
  return directory;
}

/** Puts test/smoke/contexts, and the environment that it extends, into a project. Returns the folder. */
export function makeJestProject(project) {
  const directory = path.join(project, 'contexts');
  cpSync(path.join(root, 'test', 'smoke', 'contexts'), directory, { recursive: true });
  const config = { private: true, jest: { testEnvironment: './environment.cjs' } };
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify(config));
  const environment = path.dirname(require.resolve('jest-environment-node/package.json'));
  mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
  symlinkSync(environment, path.join(directory, 'node_modules', 'jest-environment-node'));
  return directory;
}

/** The file of this repository's Jest. */
export const jest = require.resolve('jest/bin/jest');
