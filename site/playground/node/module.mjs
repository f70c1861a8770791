// A page has no modules of Node: loading an addon throws, and the caller uses its fallback.
export function createRequire() {
  return (name) => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
}

export function syncBuiltinESMExports() {}

export default { createRequire, syncBuiltinESMExports };
