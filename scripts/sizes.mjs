// `pnpm sizes`: writes docs/sizes.md, with the minified and compressed size that each entry point of the built packages
// adds to a bundle, and the parts of `@bight/contextvars`. With --check it fails if an entry point has grown by more
// than a twentieth, or exceeds its limit.
import { readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { entryPoints, packages, root } from './packages.mjs';

const file = path.join(root, 'docs', 'sizes.md');
const KB = 1000;
/** The parts of `@bight/contextvars`, by the beginnings of their source files' names; the first match counts. */
const parts = [
  ['the trie: look up, insert, remove, compare', /^hamt\/|^variables/],
  ['`Context`, `ContextVar` and `Token`, with their checks and messages', /^context|^token|^unknown-option/],
  ['Node 24 and later: contexts as context maps, and their probes', /node24/],
  ['Node 20 and 22: contexts in slots of resources, and their probes', /node20/],
  ['which of these it is, and engines without either', /^platforms\/(?!run-context)|^enter\/(?!rules)/],
  ['entering: rules, and what is carried', /^enter\/rules|run-context/],
  ['errors, and values in messages', /errors|describe|shared\/engine/],
  ['one state, brands and symbols for all copies of the package', /^shared\/|^internals/],
];

/** The limits in KB, compressed, whatever the table says. */
const limits = { '@bight/contextvars': 7.5, '@bight/contextvars in browsers': 6 };
const GROWTH = 1.05;

const before = readTable();
const rows = [];
for (const { name, directory, manifest } of packages()) {
  for (const subpath of Object.keys(entryPoints(manifest))) {
    const specifier = path.posix.join(name, subpath);
    rows.push({ specifier, ...(await sizeOf(specifier, directory)) });
    if (manifest.exports[subpath].browser === undefined) continue;
    const inBrowsers = await sizeOf(specifier, directory, 'browser');
    rows.push({ specifier: `${specifier} in browsers`, ...inBrowsers });
  }
}
if (process.argv.includes('--check')) check();
else await writeTable();

/** The size of an entry point with everything that it imports, other packages included, without Node's modules. */
async function sizeOf(specifier, resolveDir, platform = 'node') {
  const { code } = await bundleOf(specifier, resolveDir, platform);
  return { minified: Buffer.byteLength(code) / KB, compressed: compressedSize(code) / KB };
}

async function bundleOf(specifier, resolveDir, platform) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${specifier}'`, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    sourcemap: 'external',
    outdir: root,
    format: 'esm',
    platform,
    target: 'es2022',
    external: ['@opentelemetry/*', 'bullmq', 'ioredis'],
    logLevel: 'error',
  });
  const [map, code] = outputFiles.sort((a, b) => b.path.length - a.path.length).map(({ text }) => text);
  return { code, map: JSON.parse(map) };
}

function compressedSize(text) {
  return gzipSync(text, { level: 9 }).length;
}

/** The bytes of each part in a bundle, and the bytes by which the compressed bundle is smaller without the part. */
async function partsOf({ name, directory }, platform) {
  const { code, map } = await bundleOf(name, directory, platform);
  const sources = new SourceMap(map);
  let owner = '';
  const owners = code.split('\n').flatMap((line, row) =>
    Array.from(`${line}\n`, (_, column) => {
      owner = sources.findEntry(row, column).originalSource?.replace(/^.*\/src\//, '') ?? owner;
      return parts.find(([, pattern]) => pattern.test(owner))?.[0];
    }),
  );
  const whole = compressedSize(code);
  return new Map(
    parts.map(([part]) => {
      const rest = Array.from(code, (letter, i) => (owners[i] === part ? '' : letter)).join('');
      return [part, { minified: code.length - rest.length, compressed: whole - compressedSize(rest) }];
    }),
  );
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
  const lines = text.matchAll(/^\| `([^`]+)`( in browsers|) +\| +[\d.]+ KB \| +([\d.]+) KB/gm);
  return new Map(
    [...lines].map(([, specifier, where, compressed]) => [specifier + where, Number(compressed)]),
  );
}

async function writeTable() {
  const cells = rows.map(({ specifier, minified, compressed }) => [
    specifier.replace(/^\S+/, '`$&`'),
    `${minified.toFixed(1)} KB`,
    `${compressed.toFixed(1)} KB`,
  ]);
  const contextvars = packages().find(({ name }) => name === '@bight/contextvars');
  const [onNode, inBrowsers] = [await partsOf(contextvars, 'node'), await partsOf(contextvars, 'browser')];
  const partCells = parts.map(([part]) => [
    part,
    ...[onNode, inBrowsers]
      .map((sizes) => sizes.get(part))
      .map(({ minified, compressed }) => (minified === 0 ? '' : `${minified} (${compressed})`)),
  ]);
  writeFileSync(
    file,
    `# Sizes

The size that each entry point adds to a bundle, with all code of other packages and dependencies, in units of 1,000
bytes. Tree shaking makes programs smaller that use only a part. \`npx pnpm@12 sizes\` writes this page; CI fails when an
entry point grows by more than a twentieth, or \`@bight/contextvars\` beyond ${limits['@bight/contextvars in browsers']} KB in browsers, ${limits['@bight/contextvars']} KB elsewhere.

${table(['entry point', 'minified', 'gzipped'], cells)}

## The parts of \`@bight/contextvars\`

Each cell has the bytes in the minified bundle, and in brackets the bytes by which the compressed bundle is smaller
without the part (in sum less than the whole, since similar parts compress each other). Bundles for browsers (the export
condition \`browser\`) and for edge runtimes lack the code that only Node can use ([decision
052](decisions/052-browsers-load-nothing-of-nodes.md)).

${table(['part', 'Node', 'browsers'], partCells)}
`,
  );
  console.log(`written: ${path.relative(root, file)}`);
}

/** A table in Markdown; all columns but the first are aligned to the right. */
function table(heads, cells) {
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i].length)));
  const pad = (text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(heads), rule, ...cells.map(line)].join('\n');
}
