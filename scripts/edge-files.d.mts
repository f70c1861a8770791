import type { Plugin } from 'esbuild';

export const edgeFiles: Plugin;
