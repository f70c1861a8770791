// Builds for export conditions of their own: `x.edge.ts` or `x.web.ts` replaces `x.ts` beside it.
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The builds besides the one for Node: their folder in `dist`, their condition, and the suffixes of their files.
 */
export const conditionBuilds = [
  { folder: 'edge', condition: 'workerd', suffixes: ['edge', 'web'] },
  { folder: 'web', condition: 'browser', suffixes: ['web'] },
];

/**
 * The plugin for esbuild.
 *
 * @param {string[]} suffixes of the files that replace others
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
