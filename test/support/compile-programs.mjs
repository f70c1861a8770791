// Compiles TypeScript programs, each with the packages' source that it imports, into one file of JavaScript each. A
// process starts such a file ten times faster than it loads the modules one by one through a loader. Many programs at
// once take little longer than one: each source is read and parsed once. Usage, in a process of its own since esbuild's
// plugins need a service that would outlive a test file: compile-programs.mjs <program> <output> [<program> <output> …]
import { readFile, rename } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Stacks of programs name the lines of the sources when this is set. A process takes half as long again to start then.
 */
const withMaps = process.env.BIGHT_TEST_SOURCE_MAPS === '1';

/** Every module keeps the address of its source: the addon and the files of workers are found from there. */
const addressOfSource = {
  name: 'address-of-source',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs|js)$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const first = `const sourceAddress = ${JSON.stringify(pathToFileURL(path).href)}; `;
      const isUsed = text.includes('import.meta.url');
      return { contents: isUsed ? first + text : text, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** Only our own packages go into the file. The others are loaded from where the package that imports them has them. */
const foreignPackages = {
  name: 'foreign-packages',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === 'foreign' || /^(@bight\/|bight(\/|$))/.test(path))
        return undefined;
      if (isBuiltin(path)) return { path, external: true };
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'foreign' });
      return { path: found.errors.length === 0 ? found.path : path, external: true };
    });
  },
};

/** Loads its parts when it needs them, and half of its processes end before most of that is needed. */
const IN_PARTS = path.join(repository, 'packages', 'bight', 'src', 'bin.ts');

/**
 * @param outputs - the programs, relative to the repository, and the file that each becomes
 */
export async function compilePrograms(outputs) {
  const unfinished = (output) => `${output}.${process.pid}.mjs`;
  const isInParts = ([program]) => path.resolve(repository, program) === IN_PARTS;
  const compile = async (entries, options) => {
    if (entries.length > 0) await build({ ...optionsFor(entries, unfinished), ...options });
  };
  const entries = [...outputs];
  await Promise.all([
    compile(entries.filter((entry) => !isInParts(entry))),
    ...entries.filter(isInParts).map((entry) => {
      const folder = path.relative(repository, path.dirname(entry[1]));
      return compile([entry], { splitting: true, chunkNames: `${folder}/[name]-[hash]-${process.pid}` });
    }),
  ]);
  // Another worker of jest may be compiling the same program.
  await Promise.all([...outputs.values()].map((output) => rename(unfinished(output), output)));
}

function optionsFor(entries, outputOf) {
  return {
    absWorkingDir: repository,
    entryPoints: entries.map(([program, output]) => ({
      in: path.resolve(repository, program),
      out: path.relative(repository, outputOf(output)).replace(/\.mjs$/, ''),
    })),
    outdir: repository,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['bight-source'],
    sourcemap: withMaps ? 'inline' : false,
    sourcesContent: false,
    keepNames: true,
    logLevel: 'error',
    define: { 'import.meta.url': 'sourceAddress' },
    // A program runs what it imports, as it would without a bundler.
    ignoreAnnotations: true,
    treeShaking: false,
    plugins: [foreignPackages, addressOfSource],
  };
}

const [, script, ...files] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  const outputs = new Map();
  for (let index = 0; index < files.length; index += 2) outputs.set(files[index], files[index + 1]);
  await compilePrograms(outputs);
}
