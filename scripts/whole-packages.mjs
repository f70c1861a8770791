// Puts each package into one file (decision 062). Node takes a millisecond for each ES module and half of one for each
// import of a package; with the files that esbuild splits, `import 'bight'` loaded 44 files and looked up 153 imports.
// So a package with the entry point `./whole` has its code in `whole.js`. Its other entry points re-export their names
// from there, and the built packages import from `whole.js` instead of the entry points. Names of entry points other
// than the main one have the entry point's name as a suffix, since two entry points may use one name for two things.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { entryPoints, packages } from './packages.mjs';

const WHOLE = 'whole';

/** Entry points with a file of their own, so that bundles can have them without the rest of the package. */
const APART = new Set(['@bight/contextvars/hamt', '@bight/loop-net/constants']);

/** Packages in one file, by name. */
const wholePackages = new Map(
  packages()
    .filter(({ manifest }) => manifest.exports?.[`./${WHOLE}`] !== undefined)
    .map(({ name, manifest }) => [name, togetherOf(manifest)]),
);

function togetherOf({ name, sideEffects, exports }) {
  const effects = new Set(Array.isArray(sideEffects) ? sideEffects : []);
  return Object.entries(entryPoints({ exports })).filter(
    ([subpath, source]) => !effects.has(`./${source}`) && !APART.has(`${name}${subpath.slice(1)}`),
  );
}

/** The sources of the entry points that re-export names of the package's one file. */
export function sourcesTogether({ name }) {
  return (wholePackages.get(name) ?? []).map(([, source]) => source);
}

/**
 * Builds a package in one file, and its entry points.
 *
 * @param {import('esbuild').BuildOptions} options
 * @param {{ name: string }} manifest
 * @param {string[]} others sources of entry points with a file of their own
 */
export async function buildWhole(options, { name }, others) {
  const entries = await exportsOf(options, wholePackages.get(name));
  const contents = wholeOf(entries, (source) => `./${source}`);
  const whole = {
    name: 'whole',
    setup: (esbuild) => resolveWhole(esbuild, contents, options.absWorkingDir),
  };
  await build({
    ...options,
    entryPoints: [
      ...others.map((source) => ({ in: source, out: outputOf(source) })),
      { in: WHOLE, out: WHOLE },
    ],
    plugins: [...options.plugins, whole],
  });
  for (const { source, names, subpath } of entries) {
    const target = path.join(options.outdir, `${outputOf(source)}.js`);
    const relative = path.relative(path.dirname(target), path.join(options.outdir, `${WHOLE}.js`));
    const specifier = relative.replaceAll(path.sep, '/').replace(/^(?!\.)/, './');
    const list = names.map((each) => [nameInWhole(each, subpath), each]);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, reExport(list, specifier));
  }
}

/** Writes the `whole.js` of a build that has a file for each entry point. */
export async function writeWholeOfParts(options, { name }) {
  if (!wholePackages.has(name)) return;
  const entries = await exportsOf(options, wholePackages.get(name));
  const text = wholeOf(entries, (source) => `./${outputOf(source)}.js`);
  writeFileSync(path.join(options.outdir, `${WHOLE}.js`), text);
}

/** Writes declarations for `whole.js` without exports, since programs must not use it. */
export function writeWholeDeclarations({ name }, dist) {
  if (!wholePackages.has(name)) return;
  const text = `/** What the built packages import of each other; the other entry points are for programs. */\nexport {};\n`;
  writeFileSync(path.join(dist, `${WHOLE}.d.ts`), text);
}

/** The text of a built file that imports from whole packages what it imported from their entry points. */
export function withWholePackages(text) {
  return text.replaceAll(
    /^((?:im|ex)port) \{([^}]*)\} from "(@bight\/[^/"]+)(?:\/([^"]+))?";$/gm,
    (statement, keyword, list, name, subpath) => {
      const entry = subpath === undefined ? '.' : `./${subpath}`;
      if (wholePackages.get(name)?.some(([each]) => each === entry) !== true) return statement;
      const names = list.replaceAll(/([\w$]+)( as [\w$]+)?(?=\s*(?:,|$))/g, (_, imported, as) => {
        const shared = nameInWhole(imported, entry);
        return shared === imported ? `${imported}${as ?? ''}` : `${shared}${as ?? ` as ${imported}`}`;
      });
      return `${keyword} {${names}} from "${name}/${WHOLE}";`;
    },
  );
}

const nameInWhole = (name, subpath) =>
  subpath === '.' ? name : `${name}$${subpath.slice(2).replaceAll(/\W/g, '_')}`;

/** The text of a module that exports the names of all entry points. */
function wholeOf(entries, specifierOf) {
  return entries
    .map(({ source, names, subpath }) =>
      reExport(
        names.map((each) => [each, nameInWhole(each, subpath)]),
        specifierOf(source),
      ),
    )
    .join('');
}

function reExport(names, specifier) {
  const list = names.map(([name, as]) => (name === as ? `  ${name},\n` : `  ${name} as ${as},\n`));
  return `export {\n${list.join('')}} from "${specifier}";\n`;
}

const outputOf = (source) => source.replace(/^src\//, '').replace(/\.[jt]s$/, '');

/** The exported names of a package's entry points. */
async function exportsOf(options, together) {
  const entryPoints = together.map(([, source]) => source);
  const { metafile } = await build({ ...options, entryPoints, write: false, metafile: true });
  const outputs = Object.values(metafile.outputs);
  return together.map(([subpath, source]) => {
    const { exports } = outputs.find(({ entryPoint }) => entryPoint === source);
    return { subpath, source, names: exports };
  });
}

/** The plugin for esbuild that provides the module with the names of all entry points. */
function resolveWhole({ onResolve, onLoad }, contents, resolveDir) {
  const namespace = WHOLE;
  onResolve({ filter: new RegExp(`^${WHOLE}$`) }, () => ({ path: WHOLE, namespace }));
  onLoad({ filter: /.*/, namespace }, () => ({ contents, loader: 'js', resolveDir }));
}
