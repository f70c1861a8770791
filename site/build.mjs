// Builds the site with the packages in site/node_modules, which scripts/site.mjs installs.
import path from 'node:path';
import { build } from 'vitepress';
import { root } from '../scripts/packages.mjs';
import { runScript } from '../scripts/run.mjs';
import { assemble, assembled } from './assemble.mjs';
import { bundlePlayground } from './bundle.mjs';
import { base, serve } from './serve.mjs';

const site = path.join(root, 'site');

assemble();
await bundlePlayground(path.join(assembled, 'public'));
const status = runScript(path.join(root, 'scripts', 'docs.mjs'), [
  '--site',
  path.join(assembled, 'reference'),
]);
if (status !== 0) process.exit(status);
await build(site);

if (process.argv.includes('--serve')) {
  await serve(4173);
  console.log(`http://127.0.0.1:4173${base}`);
}
if (process.argv.includes('--check')) process.exitCode = runScript(path.join(site, 'check.mjs'));
