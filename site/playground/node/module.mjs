// A page has no modules of Node: a request for an addon is refused, and the caller falls back.
export function createRequire() {
  return (name) => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
}

export function syncBuiltinESMExports() {}

export default { createRequire, syncBuiltinESMExports };
