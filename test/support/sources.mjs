// Compiles the sources of each package into one module, once for all test files. Jest loads every module anew for every
// test file, and takes milliseconds for each: hundreds of modules were most of what a short test file took.
//
// In the compiled module each source file is a function, called when the file is first required: a test file evaluates
// what it imports and nothing else, in the order of ES modules. What jest loads in place of a source file (`standIn`)
// exports what that function exported. The format is CommonJS: Node.js never releases an ES module that a test file
// loaded (its contexts with all that they hold), and esbuild keeps the names of the sources and has imports read the
// exporting module's variable, as those of ES modules do.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform, transformSync, version } from 'esbuild';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const ownText = readFileSync(fileURLToPath(import.meta.url));

/** The compiled module of a package, relative to the package. */
const COMPILED = 'build/sources.cjs';

/** How a file becomes CommonJS. */
export function optionsFor(file) {
  return {
    loader: 'ts',
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    sourcefile: file,
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(file).href),
      'import.meta.filename': JSON.stringify(file),
      'import.meta.dirname': JSON.stringify(path.dirname(file)),
    },
    tsconfigRaw: {
      compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true, useDefineForClassFields: false },
    },
  };
}

/** Whether a file is a source of one of the packages. */
export function isSource(file) {
  return /^packages\/[^/]+\/src\/.*\.ts$/.test(idOf(file));
}

/** Whether a file is a compiled module. Its source map lies beside it. */
export function isCompiled(file) {
  return file.endsWith(path.normalize(`/${COMPILED}`));
}

/**
 * The text of the module that jest loads in place of a source file. It names the exports for ES modules that import it.
 */
export function standIn(text, file) {
  const [names = ''] =
    /^0 && \(module\.exports = \{[^}]*\}\);$/m.exec(transformSync(text, optionsFor(file)).code) ?? [];
  const { module, id } = placeOf(file, file);
  return `module.exports = require(${JSON.stringify(module)}).load(${JSON.stringify(id)});\n${names}\n`;
}

/** Compiles the packages whose sources have changed. */
export async function compileSources() {
  const packages = readPackages();
  await Promise.all(packages.map((entry) => compilePackage(entry, packages)));
}

function readPackages() {
  const folders = readdirSync(path.join(repository, 'packages'));
  return folders
    .filter((folder) => existsSync(path.join(repository, 'packages', folder, 'src')))
    .map((folder) => {
      const directory = path.join(repository, 'packages', folder);
      const { name, exports } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
      const entries = Object.entries(exports).flatMap(([subpath, { 'bight-source': source } = {}]) => {
        return source === undefined ? [] : [[path.posix.join(name, subpath), path.join(directory, source)]];
      });
      return { directory, entries };
    });
}

async function compilePackage({ directory }, packages) {
  const source = path.join(directory, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
    .sort()
    .map((name) => path.join(source, name));
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  const entries = packages.flatMap((entry) => (entry.directory === directory ? [] : entry.entries));
  const hash = createHash('sha256');
  for (const part of [ownText, version, JSON.stringify([files, entries]), ...texts]) hash.update(`${part}\0`);
  const output = path.join(directory, COMPILED);
  const first = `// ${hash.digest('hex')}`;
  if (existsSync(output) && readFileSync(output, 'utf8').startsWith(first)) return;

  const places = entries.map(([name, file]) => [name, placeOf(file, output)]);
  const lines = [
    first,
    `const entries = ${JSON.stringify(Object.fromEntries(places))};`,
    'const modules = new Map();',
    'function load(id) {',
    '  const known = modules.get(id);',
    "  if (known !== undefined) { if ('error' in known) throw known.error; return known.exports; }",
    '  const module = { exports: {} };',
    '  modules.set(id, module);',
    '  try { files[id](module, module.exports); } catch (error) { module.error = error; throw error; }',
    '  return module.exports;',
    '}',
    'function requireOf(specifier) {',
    '  if (files[specifier] !== undefined) return load(specifier);',
    '  const entry = entries[specifier];',
    '  return entry === undefined ? require(specifier) : require(entry.module).load(entry.id);',
    '}',
    'exports.load = load;',
    'const files = {',
  ];
  const sections = [];
  const compiled = await Promise.all(files.map((file, index) => compileFile(file, texts[index])));
  compiled.forEach(({ code, map }, index) => {
    lines.push(`${JSON.stringify(idOf(files[index]))}(module, exports) {`);
    sections.push({ offset: { line: lines.length, column: 0 }, map });
    lines.push(...code.split('\n'), '},');
  });
  lines.push('};');
  mkdirSync(path.dirname(output), { recursive: true });
  replace(`${output}.map`, JSON.stringify({ version: 3, file: path.basename(output), sections }));
  replace(output, lines.join('\n'));
}

/** The compiled module that a file is in, as another file requires it, and its name there. */
function placeOf(file, from) {
  const compiled = path.join(repository, ...idOf(file).split('/').slice(0, 2), COMPILED);
  return { module: path.relative(path.dirname(from), compiled).replaceAll(path.sep, '/'), id: idOf(file) };
}

/**
 * A source that cannot be compiled fails the tests that import it: a mistake, or a program with a top-level `await`.
 */
async function compileFile(file, text) {
  const options = { ...optionsFor(file), sourcemap: 'external', sourcesContent: false };
  const { code, map } = await transform(text, options).catch(({ message }) =>
    transform(`throw new SyntaxError(${JSON.stringify(message)});`, options),
  );
  const loadOf = (specifier) => {
    // Some sources are plain JavaScript, which worker threads and processes run as it stands.
    const target = path.resolve(path.dirname(file), specifier);
    const source = target.replace(/\.js$/, '.ts');
    return `load("${idOf(existsSync(source) ? source : target)}")`;
  };
  const linked = code
    // The same names, without getters that call getters: a test reads them millions of times.
    .replace(
      /^module\.exports = __toCommonJS\((\w+)\);$/m,
      "module.exports = Object.defineProperty($1, '__esModule', { value: true });",
    )
    .replace(/\brequire\("([^"]+)"\)/g, (_, specifier) =>
      specifier.startsWith('.') ? loadOf(specifier) : `requireOf("${specifier}")`,
    )
    .replace(/\bimport\("(\.[^"]+)"\)/g, (_, specifier) => `(async () => ${loadOf(specifier)})()`);
  return { code: linked, map: JSON.parse(map) };
}

/** A file by its path in the repository. */
function idOf(file) {
  return path.relative(repository, file).replaceAll(path.sep, '/');
}

/** Another run of jest may be reading the file. */
function replace(file, text) {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
