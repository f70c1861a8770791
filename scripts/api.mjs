// Writes the public API of each entry point, from the built declarations, to etc/<package>.<entry>.api.md, so that a
// commit shows its changes for users. With --check it writes nothing, and fails when a report is out of date.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { updateReports } from './api-reports.mjs';
import { entryPoints, packages, root } from './packages.mjs';

const check = process.argv.includes('--check');
const entries = packages().flatMap(({ folder, directory, manifest }) =>
  Object.entries(entryPoints(manifest)).map(([subpath, source]) => ({
    // `loop-testing` for the main entry point, `loop-testing.conformance` for `./conformance`.
    name: [folder, ...subpath.split('/').slice(1)].join('.'),
    directory,
    declarations: path.join(directory, source.replace(/^src\//, 'dist/').replace(/\.ts$/, '.d.ts')),
  })),
);
const missing = entries.filter(({ declarations }) => !existsSync(declarations));
if (missing.length > 0) {
  console.error(`not built: ${missing.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
const changed = updateReports(entries, {
  folder: path.join(root, 'etc'),
  scratch: path.join(root, '.cache', 'api'),
  typeRoots: [path.join(root, 'node_modules', '@types')],
  check,
});
for (const name of changed) console.log(`${check ? 'out of date' : 'wrote'}: etc/${name}.api.md`);
if (check && changed.length > 0) {
  console.error(
    'The public API changed. If that is wanted, run `npx pnpm@12 api` and commit what it writes.',
  );
  process.exitCode = 1;
}
