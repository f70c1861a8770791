// For builds under export conditions of their own: where `x.edge.ts` or `x.web.ts` stands beside `x.ts`, it takes its
// place.
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The builds besides the one for Node: their folder in `dist`, the condition that asks for it, and the files that take
 * another's place.
 */
export const conditionBuilds = [
  { folder: 'edge', condition: 'workerd', suffixes: ['edge', 'web'] },
  { folder: 'web', condition: 'browser', suffixes: ['web'] },
];

/**
 * The plugin for esbuild.
 *
 * @param {string[]} suffixes which files take another's place
 */
export function conditionFiles(suffixes) {
  return {
    name: 'condition-files',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.js$/ }, ({ path: specifier, resolveDir }) => {
        const files = suffixes.map((suffix) =>
          path.join(resolveDir, specifier.replace(/\.js$/, `.${suffix}.ts`)),
        );
        const file = files.find((file) => existsSync(file));
        return file === undefined ? undefined : { path: file };
      });
    },
  };
}
