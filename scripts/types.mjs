// Checks the types of all packages with their tests, the examples and the benchmarks, and of the programs in the README
// files and on the site's front page, in one run of the compiler, since each of these programs uses all sources.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readFrontPage, readReadmes } from '../test/support/readme-examples.mjs';
import { root } from './packages.mjs';
import { collect } from './run.mjs';

/** The folder for the programs: within the examples, because these depend on every package. */
const FOLDER = path.join(root, 'examples', '.readme-types');
/** `TS6133`, an unused variable: a program in a README may declare one for its reader. */
const UNUSED = /^examples\/\.readme-types\/.*: error TS6133: .*\n?/gm;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const { name, program } of [...readReadmes().flatMap(({ blocks }) => blocks), ...readFrontPage()]) {
  writeFileSync(path.join(FOLDER, name), program);
}
const { include, exclude } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
const fromFolder = (pattern) => path.posix.join('../..', pattern);
const config = path.join(FOLDER, 'tsconfig.json');
writeFileSync(
  config,
  JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: { tsBuildInfoFile: '../../.cache/types-with-readmes.tsbuildinfo' },
    include: [...include.map(fromFolder), '*.ts'],
    exclude: exclude.map(fromFolder),
  }),
);
const tsc = path.join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
const { status, output } = await collect(process.execPath, [tsc, '-p', config, '--pretty', 'false']);
const problems = output.replace(UNUSED, '');
process.stdout.write(problems);
process.exitCode = status === 0 || (problems === '' && output !== '') ? 0 : 1;
