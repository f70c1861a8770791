// Puts the binary into a platform package for the moment in which it is packed. It does not stay there, because a binary in
// the workspace would be loaded before the one that was just built. Runs in the folder of the platform package.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { addonName, packageRoot } from './toolchain.mjs';

const name = path.basename(process.cwd());
const staged = path.join(process.cwd(), addonName);
const license = path.join(process.cwd(), 'LICENSE');
if (process.argv.includes('--undo')) {
  for (const file of [staged, license]) rmSync(file, { force: true });
} else {
  const built = path.join(packageRoot, 'prebuilds', name, addonName);
  if (!existsSync(built)) throw new Error(`${built} does not exist: run scripts/prebuild.mjs ${name}`);
  copyFileSync(built, staged);
  copyFileSync(path.join(packageRoot, '..', '..', 'LICENSE'), license);
}
