// For builds under the conditions `workerd` and `edge-light`: where `x.edge.ts` stands beside `x.ts`, it takes its
// place.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The plugin for esbuild. */
export const edgeFiles = {
  name: 'edge-files',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.js$/ }, ({ path: specifier, resolveDir }) => {
      const file = path.join(resolveDir, specifier.replace(/\.js$/, '.edge.ts'));
      return existsSync(file) ? { path: file } : undefined;
    });
  },
};
