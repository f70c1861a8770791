// Writes the CommonJS form of a package, in `dist/cjs`: the files of `dist`, one by one. Node itself never loads it.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';

const FOLDER = 'cjs';

/** Whether a package has a CommonJS form: its entry points have the condition `require`. */
export const hasCommonJs = ({ exports = {} }) => Object.values(exports).some((target) => target.require);

/**
 * Writes the code. Programs and workers, which Node starts, and the builds for edge runtimes and browsers exist only as
 * ES modules.
 */
export async function writeCommonJs(dist) {
  const folder = path.join(dist, FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  for (const name of namesIn(dist).filter(isCode)) {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, await asCommonJs(readFileSync(path.join(dist, name), 'utf8'), name));
  }
}

/** Copies the declarations: in this folder TypeScript takes them for those of CommonJS modules. */
export function copyDeclarations(dist) {
  for (const name of namesIn(dist).filter((each) => each.endsWith('.d.ts') && !isApart(each))) {
    cpSync(path.join(dist, name), path.join(dist, FOLDER, name));
  }
}

/** The files in the folder, with `/` on every platform. */
const namesIn = (dist) =>
  readdirSync(dist, { recursive: true }).map((name) => name.split(path.sep).join('/'));

const isApart = (name) => /^(?:cjs|edge|web)\//.test(name);

const isCode = (name) => name.endsWith('.js') && !isApart(name) && !/(?:worker|bin)\.js$/.test(name);

/** The code finds workers, pages and addons by `import.meta.url`, which becomes the URL of the ES module. */
const ADDRESS = 'esModuleAddress';
const addressOf = (name) =>
  `const ${ADDRESS} = require("node:url").pathToFileURL(__filename.replace(/cjs.[^\\\\/]+$/, ${JSON.stringify(name)})).href;\n`;

async function asCommonJs(text, name) {
  const { code, warnings } = await transform(text.replace(/^\/\/# sourceMappingURL=.*$/m, ''), {
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    define: { 'import.meta.url': ADDRESS },
  });
  if (warnings.length > 0) throw new Error(`${name}: ${warnings.map((warning) => warning.text).join(', ')}`);
  return code.includes(ADDRESS) ? addressOf(name) + code : code;
}
