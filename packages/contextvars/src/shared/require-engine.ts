interface Globals {
  readonly process?: { readonly versions?: { readonly node?: string; readonly bun?: string } };
}

/**
 * Refuses a version of Node that is too old, when the package is loaded and not in the middle of a program.
 *
 * @throws {Error} before Node 20
 */
export function requireEngine(): void {
  const { node, bun } = (globalThis as Globals).process?.versions ?? {};
  if (node === undefined || bun !== undefined || Number.parseInt(node, 10) >= 20) return;
  throw new Error(`@bight/contextvars needs Node.js 20.19 or later, and this is Node.js ${node}`);
}
