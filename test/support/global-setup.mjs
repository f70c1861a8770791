// Runs once before all test files: compiles the packages' sources (./sources.mjs), builds the addon, and chooses the
// sample of what is exhaustive (./extent.ts).
import { randomInt } from 'node:crypto';
import buildAddon from './build-addon.mjs';
import { compileSources } from './sources.mjs';

export default async function setUp() {
  process.env.BIGHT_TEST_SEED ??= String(randomInt(2 ** 31));
  const { BIGHT_TEST_EXTENT: extent, BIGHT_TEST_SEED: seed } = process.env;
  console.error(
    extent === 'all' ? `everything, BIGHT_TEST_SEED=${seed}` : `a sample, BIGHT_TEST_SEED=${seed}`,
  );
  // The folder of what ./compiled.ts compiles in this run.
  process.env.BIGHT_TEST_RUN = `run-${process.pid}`;
  buildAddon();
  await compileSources();
}
