import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { conditionBuilds } from '../../../../scripts/condition-files.mjs';

type ConditionBuild = (typeof conditionBuilds)[number];

const folder = path.dirname(fileURLToPath(import.meta.url));
const resolveDir = path.resolve(folder, '..');

/**
 * Bundles a program that imports this package from its sources.
 *
 * @param program - the program; it imports `../src/….js`
 * @param format - how the bundle is to be loaded
 * @param condition - the export condition to build for
 */
export async function bundle(
  program: string,
  format: 'iife' | 'cjs' | 'esm',
  condition?: 'workerd' | 'browser',
): Promise<string> {
  const platform = format === 'cjs' ? 'node' : 'neutral';
  // A plugin needs esbuild's service, a child process that must not outlive the test file: jest's worker would still
  // write to it.
  if (condition !== undefined) {
    const { suffixes } = conditionBuilds.find((build) => build.condition === condition) as ConditionBuild;
    const args = [path.join(folder, 'bundle-edge.mjs'), resolveDir, format, platform, suffixes.join()];
    return execFileSync(process.execPath, args, { input: program, encoding: 'utf8' });
  }
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
    format,
    platform,
    target: 'es2022',
    external: ['node:*'],
  });
  return (outputFiles[0] as { text: string }).text;
}
