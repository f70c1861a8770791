// Where the programs lie that tests start as processes, once they are compiled: by ./global-setup.mjs, or by
// ./compiled.ts.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The folder in which a run of jest keeps what is made once. It is removed when the run ends, and need not exist yet.
 *
 * @param {string} part - a package, `test` or `examples`, relative to the repository. What is compiled finds foreign
 *   packages from there
 */
export function runFolder(part) {
  return path.join(repository, part, 'build', process.env.BIGHT_TEST_RUN ?? String(process.pid));
}

/**
 * The file of JavaScript that a program becomes in this run.
 *
 * @param {string} program - relative to the repository or absolute
 */
export function outputOf(program) {
  const source = path.relative(repository, path.resolve(repository, program));
  const [room, name] = source.split(path.sep);
  const folder = runFolder(room === 'packages' ? path.join(room, name) : room);
  return path.join(folder, `${source.replaceAll(/[^\w.-]/g, '-')}.mjs`);
}
