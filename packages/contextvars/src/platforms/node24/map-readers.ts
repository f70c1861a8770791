interface Globals {
  readonly process?: {
    readonly execPath: string;
    getBuiltinModule?(
      name: 'node:module',
    ): { createRequire(filename: string): { readonly cache?: Record<string, unknown> } } | undefined;
  };
}

/** The addon of `@datadog/pprof`, by whatever name its package gives it. */
const READERS = /[\\/]dd_pprof[^\\/]*\.node$|[\\/]@datadog[\\/]pprof[\\/].*\.node$/;

/** The files that the process has loaded by `require()`, addons among them. */
export function loadedFiles(): string[] {
  const { process } = globalThis as Globals;
  return Object.keys(process?.getBuiltinModule?.('node:module')?.createRequire(process.execPath).cache ?? {});
}

/**
 * Whether native code is loaded that reads Node's context map itself: a profiler, which finds the labels of a sample
 * there. It asks for a `Map`, and a `RunContext` in its place is none.
 */
export const isMapReader = (file: string): boolean => READERS.test(file);
