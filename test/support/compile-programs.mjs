// Compiles a TypeScript program and the packages' source that it imports into one file of JavaScript. A process starts
// such a file ten times faster than it loads the modules one by one through a loader. A process of its own, since
// esbuild's plugins need a service that would outlive the test file. Usage: compile-program.mjs <program> <output>
import { readFile, rename } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , program, output] = process.argv;

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

const unfinished = `${output}.${process.pid}`;
await build({
  entryPoints: [program],
  outfile: unfinished,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['bight-source'],
  sourcemap: 'inline',
  sourcesContent: false,
  keepNames: true,
  logLevel: 'error',
  define: { 'import.meta.url': 'sourceAddress' },
  // A program runs what it imports, as it would without a bundler.
  ignoreAnnotations: true,
  treeShaking: false,
  plugins: [foreignPackages, addressOfSource],
});
// Another worker of jest may be compiling the same program.
await rename(unfinished, output);
