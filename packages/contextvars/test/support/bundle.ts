import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, buildSync, stop } from 'esbuild';
import { edgeFiles } from '../../../../scripts/edge-files.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Bundles a program that imports this package from its sources.
 *
 * @param program - the program; it imports `../src/….js`
 * @param format - how the bundle is to be loaded
 * @param isEdge - whether to build as for the conditions `workerd` and `edge-light`
 */
export async function bundle(
  program: string,
  format: 'iife' | 'cjs' | 'esm',
  isEdge = false,
): Promise<string> {
  const options = {
    stdin: { contents: program, resolveDir: path.join(root, 'test'), loader: 'ts' },
    bundle: true,
    write: false as const,
    format,
    platform: format === 'cjs' ? 'node' : 'neutral',
    target: 'es2022',
    external: ['node:*'],
  } satisfies BuildOptions;
  // esbuild's service is a child process that must not outlive the test file: jest's worker would write to it later, and fail.
  if (!isEdge) return textOf(buildSync(options).outputFiles);
  try {
    return textOf((await build({ ...options, plugins: [edgeFiles] })).outputFiles);
  } finally {
    await stop();
  }
}

function textOf(files: readonly { text: string }[]): string {
  return (files[0] as { text: string }).text;
}
