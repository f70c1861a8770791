// Makes the packed package depend on the packages with the binaries, which are no part of the workspace. Runs before and, with --undo, after
// packing.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { platformDependencies } from './platforms.mjs';
import { packageRoot } from './toolchain.mjs';

const file = path.join(packageRoot, 'package.json');
const { optionalDependencies: _, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
if (!process.argv.includes('--undo')) manifest.optionalDependencies = platformDependencies(manifest.version);
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
