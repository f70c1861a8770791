// `pnpm docs:site`: installs the packages of the documentation site in site/, and builds it to site/dist. With --check
// a headless browser then checks every page (site/check.mjs), and the last line is `N passed, N failed`. With --serve
// the site is served on loopback.
import path from 'node:path';
import { root } from './packages.mjs';
import { runPnpm, runScript } from './run.mjs';

const site = path.join(root, 'site');
const installed = runPnpm(['install', '--dir', site, '--frozen-lockfile', '--silent']);
process.exitCode = installed || runScript(path.join(site, 'build.mjs'), process.argv.slice(2));
