// Runs the examples with published clients: `node scripts/examples.mjs [http|smtp|lsp …]`. Installs the packages of
// .ci/examples, and missing h2load, wrk and Python's websockets from Debian's packages. Needs the build of `npm test`.
// The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installDebianPackages } from '../test/support/debian.mjs';
import { httpChecks } from './examples/http.mjs';
import { lspChecks } from './examples/lsp.mjs';
import { stopPrograms } from './examples/program.mjs';
import { smtpChecks } from './examples/smtp.mjs';
import { Tally } from './smoke/tally.mjs';
import { installPackages } from './smoke/tools.mjs';

const suites = { http: httpChecks, smtp: smtpChecks, lsp: lspChecks };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' } },
});
if (values.help) {
  console.log(
    `node scripts/examples.mjs [${Object.keys(suites).join('|')} …]: examples against foreign clients`,
  );
  process.exit();
}

const tally = new Tally();
const work = mkdtempSync(path.join(tmpdir(), 'bight-examples-'));
try {
  const folder = installPackages('examples', ['--ignore-scripts']);
  installDebianPackages({ h2load: 'nghttp2-client', wrk: 'wrk', openssl: 'openssl', python3: 'python3' });
  const imported = spawnSync('/usr/bin/python3', ['-c', 'import websockets']);
  if (imported.status !== 0) installDebianPackages({ 'python3-websockets': 'python3-websockets' });
  const { resolve } = createRequire(path.join(folder, 'x.js'));
  const load = (name) => import(pathToFileURL(resolve(name)).href);
  for (const [name, checksOf] of Object.entries(suites)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const [title, play] of Object.entries(checksOf)) {
      const problems = [];
      try {
        await play({ load, work });
      } catch (error) {
        problems.push(String(error?.stack ?? error));
      } finally {
        await stopPrograms();
      }
      tally.note(`${name}: ${title}`, problems);
    }
  }
} catch (error) {
  tally.note('examples', [String(error?.stack ?? error)]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
