// A page has none of the modules that Node has: what asks for an addon is refused, and falls back.
export function createRequire() {
  return (name) => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
}

export function syncBuiltinESMExports() {}

export default { createRequire, syncBuiltinESMExports };
