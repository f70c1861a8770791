// `pnpm sizes`: what each entry point of the built packages adds to a user's bundle, minified and compressed, as a
// table in docs/sizes.md. With --check the table has to hold: nothing has grown by more than a twentieth, and no limit
// is passed.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { entryPoints, packages, root } from './packages.mjs';

const file = path.join(root, 'docs', 'sizes.md');
const KB = 1000;
/** In KB, compressed: promises, whatever the table says. */
const limits = { '@bight/contextvars': 8 };
const GROWTH = 1.05;

const before = readTable();
const rows = [];
for (const { name, directory, manifest } of packages()) {
  for (const subpath of Object.keys(entryPoints(manifest))) {
    const specifier = path.posix.join(name, subpath);
    rows.push({ specifier, ...(await sizeOf(specifier, directory)) });
  }
}
if (process.argv.includes('--check')) check();
else writeTable();

/** Everything that the entry point needs, other packages included, and nothing that Node has. */
async function sizeOf(specifier, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${specifier}'`, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    external: ['@opentelemetry/*', 'bullmq', 'ioredis'],
    logLevel: 'error',
  });
  const [{ contents }] = outputFiles;
  return { minified: contents.length / KB, compressed: gzipSync(contents, { level: 9 }).length / KB };
}

function check() {
  const problems = rows.flatMap(({ specifier, compressed }) => {
    const limit = limits[specifier];
    const known = before.get(specifier);
    const size = `${specifier} has ${compressed.toFixed(1)} KB`;
    if (limit !== undefined && compressed > limit) return [`${size}, and may have ${limit}`];
    if (known === undefined) return [`${size}, and is not in the table`];
    return compressed > known * GROWTH + 0.1 ? [`${size} instead of ${known}`] : [];
  });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('If that is meant: npx pnpm@12 sizes, and commit docs/sizes.md');
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function readTable() {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {}
  const lines = text.matchAll(/^\| `([^`]+)` +\| +[\d.]+ KB \| +([\d.]+) KB/gm);
  return new Map([...lines].map(([, specifier, compressed]) => [specifier, Number(compressed)]));
}

function writeTable() {
  const cells = rows.map(({ specifier, minified, compressed }) => [
    `\`${specifier}\``,
    `${minified.toFixed(1)} KB`,
    `${compressed.toFixed(1)} KB`,
  ]);
  const heads = ['entry point', 'minified', 'gzipped'];
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i].length)));
  const pad = (text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  writeFileSync(
    file,
    `# Sizes

What each entry point adds to a bundle, with everything that it needs of the other packages and of its dependencies, in units of 1,000 bytes.
A program that uses a part of it gets less where the bundler drops the rest. \`npx pnpm@12 sizes\` writes this table; CI fails when an entry point
grows by more than a twentieth, or \`@bight/contextvars\` beyond ${limits['@bight/contextvars']} KB.

${[line(heads), rule, ...cells.map(line)].join('\n')}
`,
  );
  console.log(`written: ${path.relative(root, file)}`);
}
