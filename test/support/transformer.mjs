// Jest's transformer of TypeScript: esbuild takes the types away, twenty times faster than the TypeScript compiler. The
// types themselves are a check of their own. The packages' sources were compiled before (./sources.mjs).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync, version } from 'esbuild';
import { isCompiled, isSource, optionsFor, standIn } from './sources.mjs';

const texts = ['./transformer.mjs', './sources.mjs'].map((name) =>
  readFileSync(fileURLToPath(new URL(name, import.meta.url))),
);

/**
 * Scripts and compilers, which tests use as tools: Node.js loads them, once for all test files (see
 * ./strict-environment.mjs).
 */
const TOOLS = /^(var import_\w+ = (?:__toESM\()?)require\("([^"]+\.mjs|esbuild|typescript)"\)/gm;

export default {
  process(text, file) {
    if (isCompiled(file)) return { code: text, map: readFileSync(`${file}.map`, 'utf8') };
    if (isSource(file)) return { code: standIn(text, file) };
    const { code } = transformSync(text, { ...optionsFor(file), sourcemap: 'inline' });
    const load = 'globalThis[Symbol.for("bight.test.requireTool")]';
    const from = JSON.stringify(pathToFileURL(file).href);
    return {
      code: code.replace(TOOLS, (_, start, tool) => `${start}${load}(${from}, ${JSON.stringify(tool)})`),
    };
  },
  getCacheKey(text, file) {
    return createHash('sha256')
      .update([...texts, version, file, text].join('\0'))
      .digest('hex');
  },
};
