import type { Plugin } from 'esbuild';

export const conditionBuilds: ReadonlyArray<{
  readonly folder: string;
  readonly condition: string;
  readonly suffixes: readonly string[];
}>;

export function conditionFiles(suffixes: readonly string[]): Plugin;
