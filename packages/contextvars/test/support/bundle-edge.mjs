// Bundles the program on standard input as for edge runtimes or browsers; arguments: the folder that it stands in, the
// format, the platform, and which files take another's place (`edge,web`).
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { conditionFiles } from '../../../../scripts/condition-files.mjs';

const [, , resolveDir, format, platform, suffixes] = process.argv;
const { outputFiles } = await build({
  stdin: { contents: readFileSync(0, 'utf8'), resolveDir, loader: 'ts' },
  bundle: true,
  write: false,
  format,
  platform,
  target: 'es2022',
  external: ['node:*'],
  plugins: [conditionFiles(suffixes.split(','))],
});
process.stdout.write(outputFiles[0].text);
