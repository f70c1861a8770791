// Runs once before all test files: compiles the packages' sources (./sources.mjs), builds the addon, and chooses the
// sample of what is exhaustive (./extent.ts). Where all test files run, the programs that they start as processes are
// compiled here as well, together (./compiled.ts).
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import buildAddon from './build-addon.mjs';
import { compilePrograms } from './compile-programs.mjs';
import { outputOf } from './program-files.mjs';
import { compileSources } from './sources.mjs';

/** Where programs lie that tests start as processes. Those of other places are compiled when a test starts them. */
const PROGRAM_FOLDERS = [
  'examples/src',
  'test/programs',
  'packages/*/test/programs',
  'packages/*/test/fixtures',
];

export default async function setUp({ testPathPatterns, runTestsByPath }) {
  process.env.BIGHT_TEST_SEED ??= String(randomInt(2 ** 31));
  const { BIGHT_TEST_EXTENT: extent, BIGHT_TEST_SEED: seed } = process.env;
  const extents = { all: 'everything', rest: 'what the sample leaves out' };
  console.error(`${extents[extent] ?? 'a sample'}, BIGHT_TEST_SEED=${seed}`);
  // The folder of what ./compiled.ts compiles in this run.
  process.env.BIGHT_TEST_RUN = `run-${process.pid}`;
  buildAddon();
  await compileSources();
  const isWhole = !runTestsByPath && testPathPatterns.patterns.length === 0;
  if (isWhole || extents[extent] !== undefined) await compileKnownPrograms();
}

async function compileKnownPrograms() {
  const packages = readdirSync('packages');
  const folders = PROGRAM_FOLDERS.flatMap((folder) =>
    folder.includes('*') ? packages.map((name) => folder.replace('*', name)) : [folder],
  );
  const programs = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.posix.join(folder, name)))
    .filter((file) => /^[^.]+\.ts$/.test(path.basename(file)) && !file.startsWith('packages/sockets/'));
  programs.push('packages/bight/src/bin.ts');
  const outputs = new Map(programs.map((program) => [program, outputOf(program)]));
  for (const output of outputs.values()) mkdirSync(path.dirname(output), { recursive: true });
  await compilePrograms(outputs);
}
