// An empty project that uses the packed packages as a user's project would.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { entryPoints, root } from '../packages.mjs';
import { run } from '../run.mjs';

/** One program per package, named after its folder. */
const programs = path.join(root, 'test', 'smoke');

/** Makes the project, installs the tarballs, and adds the smoke programs and the files for the type checks. */
export function makeProject(directory, entries, tarballs) {
  // The checks need Node's types, which are no dependency of the packages.
  installTarballs(directory, tarballs, { name: 'smoke', devDependencies: { '@types/node': '24' } });
  for (const entry of entries) {
    const program = path.join(programs, `${entry.folder}.mjs`);
    if (existsSync(program)) cpSync(program, path.join(directory, `${entry.folder}.mjs`));
    writeFileSync(path.join(directory, `import-${entry.folder}.mjs`), importAll(entry));
  }
  writeTypeChecks(directory, entries);
}

/** Makes a project with the packed packages and their dependencies; `manifest` is added to its package.json. */
export function installTarballs(directory, tarballs, manifest) {
  mkdirSync(directory, { recursive: true });
  writeJson(directory, 'package.json', { version: '0.0.0', private: true, type: 'module', ...manifest });
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs];
  if (run('npm', args, { cwd: directory }) !== 0) throw new Error('the tarballs could not be installed');
}

/** The specifiers of a package's entry points. */
export function specifiersOf({ name, manifest }) {
  return Object.keys(entryPoints(manifest)).map((subpath) => path.posix.join(name, subpath));
}

/**
 * The runtimes that a smoke program names in its first line (`// runtimes: node bun deno`); Node by default.
 */
export function runtimesOf(text) {
  const [, list] = /^\/\/ runtimes: (.*)$/m.exec(text) ?? [];
  return list?.split(' ') ?? ['node'];
}

function importAll(entry) {
  const imports = specifiersOf(entry).map((specifier) => {
    return `if (Object.keys(await import('${specifier}')).length === 0) throw new Error('${specifier} exports nothing');\n`;
  });
  return imports.join('');
}

function writeTypeChecks(directory, entries) {
  const specifiers = entries.flatMap(specifiersOf);
  const imports = specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';\n`);
  const uses = `export default [${specifiers.map((_, index) => `m${index}`).join(', ')}];\n`;
  writeFileSync(path.join(directory, 'types.ts'), imports.join('') + uses);
  // The smoke programs are JavaScript, but their use of the packages must agree with the packages' types.
  const ofPackages = entries.map(({ folder }) => `${folder}.mjs`);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    allowJs: true,
    checkJs: true,
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    target: 'ES2022',
    // The declarations import other types that they need.
    lib: ['ES2023'],
    types: ['node'],
  };
  const node = { ...compilerOptions, module: 'NodeNext' };
  const bundler = { ...compilerOptions, module: 'ESNext', moduleResolution: 'Bundler' };
  // Packages for every runtime must not need Node's types.
  const anywhere = { ...bundler, lib: [...bundler.lib, 'DOM'], types: [] };
  const include = ['types.ts', ...ofPackages];
  writeJson(directory, 'tsconfig.node.json', { compilerOptions: node, include });
  writeJson(directory, 'tsconfig.bundler.json', { compilerOptions: bundler, include });
  for (const condition of ['browser', 'workerd', 'edge-light']) {
    const compilerOptions = { ...anywhere, customConditions: [condition] };
    writeJson(directory, `tsconfig.${condition}.json`, { compilerOptions, include: ['contextvars.ts'] });
  }
  // The loop's interfaces name Node's `Buffer`, which a page without Node's types skips.
  const page = { ...anywhere, customConditions: ['browser'], skipLibCheck: true };
  writeJson(directory, 'tsconfig.page.json', { compilerOptions: page, include: ['page.ts'] });
  for (const file of ['contextvars.ts', 'page.ts']) {
    cpSync(path.join(programs, 'types', file), path.join(directory, file));
  }
}

function writeJson(directory, name, value) {
  writeFileSync(path.join(directory, name), JSON.stringify(value, null, 2));
}
