// Builds every package: one ES module per entry point with esbuild, declarations with tsc.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { entryPoints, packages, root } from './packages.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const withTypes = !process.argv.includes('--no-types');

for (const { name, folder, directory, manifest } of packages()) {
  if (only.length > 0 && !only.includes(name) && !only.includes(folder)) continue;
  const sources = Object.values(entryPoints(manifest));
  if (sources.length === 0) continue;
  const dist = path.join(directory, 'dist');
  rmSync(dist, { recursive: true, force: true });
  await build({
    absWorkingDir: directory,
    entryPoints: sources,
    outdir: dist,
    outbase: path.join(directory, 'src'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  if (withTypes) emitDeclarations(directory, dist);
  console.log(`built ${name}`);
}

function emitDeclarations(directory, dist) {
  const config = path.join(directory, 'tsconfig.build.json');
  const relativeBase = path.relative(directory, path.join(root, 'tsconfig.base.json'));
  writeFileSync(
    config,
    JSON.stringify({
      extends: `./${relativeBase}`,
      compilerOptions: {
        customConditions: [],
        rootDir: 'src',
        outDir: dist,
        emitDeclarationOnly: true,
        sourceMap: false,
      },
      include: ['src'],
    }),
  );
  try {
    const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  } finally {
    rmSync(config, { force: true });
  }
}
