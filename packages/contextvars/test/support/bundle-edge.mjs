// Bundles the program on standard input as for edge runtimes; arguments: the folder that it stands in, the format, the
// platform.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { edgeFiles } from '../../../../scripts/edge-files.mjs';

const [, , resolveDir, format, platform] = process.argv;
const { outputFiles } = await build({
  stdin: { contents: readFileSync(0, 'utf8'), resolveDir, loader: 'ts' },
  bundle: true,
  write: false,
  format,
  platform,
  target: 'es2022',
  external: ['node:*'],
  plugins: [edgeFiles],
});
process.stdout.write(outputFiles[0].text);
