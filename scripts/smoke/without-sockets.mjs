// The project of a user without optional dependencies: the packages that work without `@bight/sockets`, and not that
// one.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../packages.mjs';
import { specifiersOf } from './project.mjs';

/** The file of the program. */
export const program = 'without-sockets.mjs';

/** Whether a package depends only on our packages: dependencies on other packages are not copied. */
function needsOnlyOurs({ dependencies, peerDependencies }) {
  const needed = Object.keys({ ...dependencies, ...peerDependencies });
  return needed.every((name) => name === 'bight' || name.startsWith('@bight/'));
}

/** Makes that project from a project with all packages. */
export function makeProjectWithoutSockets(directory, project, entries) {
  const without = entries.filter(({ name, manifest }) => {
    const needsSockets = manifest.dependencies?.['@bight/sockets'] !== undefined;
    return name !== '@bight/sockets' && !needsSockets && needsOnlyOurs(manifest);
  });
  mkdirSync(directory, { recursive: true });
  for (const name of ['@types', 'undici-types', ...without.map((entry) => entry.name)]) {
    const installed = path.join(project, 'node_modules', name);
    cpSync(installed, path.join(directory, 'node_modules', name), { recursive: true });
  }
  cpSync(path.join(root, 'test', 'smoke', program), path.join(directory, program));
  writeFileSync(path.join(directory, 'package.json'), '{ "private": true, "type": "module" }');
  // These entry points need the addon's package.
  const specifiers = without.flatMap(specifiersOf).filter((specifier) => !specifier.endsWith('/native'));
  const imports = specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';\n`);
  const uses = `export default [${specifiers.map((_, index) => `m${index}`).join(', ')}];\n`;
  writeFileSync(path.join(directory, 'types.ts'), imports.join('') + uses);
  const { compilerOptions } = JSON.parse(readFileSync(path.join(project, 'tsconfig.node.json'), 'utf8'));
  writeFileSync(
    path.join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['types.ts', program] }),
  );
}
