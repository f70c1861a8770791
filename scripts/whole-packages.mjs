// Packages in one file. Node takes a millisecond for each ES module and half of one for each import of a package: with
// files as esbuild splits them, `import 'bight'` loaded 44 and looked up 153. So a package that offers `./whole` has
// its code in `whole.js`; its entry points list what they export of it, and the built packages import from there what
// their sources import from the entry points. A name of an entry point besides the main one has that entry point's name
// in it, since two may use one name for two things.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { entryPoints, packages } from './packages.mjs';

const WHOLE = 'whole';

/** What a bundle should be able to have without the rest of its package stays a file of its own. */
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

/** The sources of the entry points that list what they export of the package's one file. */
export function sourcesTogether({ name }) {
  return (wholePackages.get(name) ?? []).map(([, source]) => source);
}

/**
 * Builds a package in one file, and its entry points.
 *
 * @param {import('esbuild').BuildOptions} options
 * @param {{ name: string }} manifest
 * @param {string[]} others sources of what has a file of its own
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

/** Writes the `whole.js` of a build that has files of its own for each entry point. */
export async function writeWholeOfParts(options, { name }) {
  if (!wholePackages.has(name)) return;
  const entries = await exportsOf(options, wholePackages.get(name));
  const text = wholeOf(entries, (source) => `./${outputOf(source)}.js`);
  writeFileSync(path.join(options.outdir, `${WHOLE}.js`), text);
}

/** Declares that `whole.js` has nothing for programs. */
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

/** The module that exports all that the entry points do, from where these are. */
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

/** What the entry points of a package export. */
async function exportsOf(options, together) {
  const entryPoints = together.map(([, source]) => source);
  const { metafile } = await build({ ...options, entryPoints, write: false, metafile: true });
  const outputs = Object.values(metafile.outputs);
  return together.map(([subpath, source]) => {
    const { exports } = outputs.find(({ entryPoint }) => entryPoint === source);
    return { subpath, source, names: exports };
  });
}

/** The plugin for esbuild: the made-up module that exports all that the entry points do. */
function resolveWhole({ onResolve, onLoad }, contents, resolveDir) {
  const namespace = WHOLE;
  onResolve({ filter: new RegExp(`^${WHOLE}$`) }, () => ({ path: WHOLE, namespace }));
  onLoad({ filter: /.*/, namespace }, () => ({ contents, loader: 'js', resolveDir }));
}
