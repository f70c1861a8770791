interface Globals {
  readonly process?: {
    getBuiltinModule?(name: 'node:v8'): { startupSnapshot?: { isBuildingSnapshot?(): unknown } } | undefined;
  };
}

/** Whether Node is building a startup snapshot, which cannot hold the hooks of AsyncLocalStorage. */
export function isBuildingSnapshot(): boolean {
  const v8 = (globalThis as Globals).process?.getBuiltinModule?.('node:v8');
  // It returns 1 before Node 24.
  return Boolean(v8?.startupSnapshot?.isBuildingSnapshot?.());
}
