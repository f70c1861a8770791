import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
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
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: path.join(root, 'test'), loader: 'ts' },
    bundle: true,
    write: false,
    format,
    platform: format === 'cjs' ? 'node' : 'neutral',
    target: 'es2022',
    external: ['node:*'],
    plugins: isEdge ? [edgeFiles] : [],
  });
  return (outputFiles[0] as { text: string }).text;
}
