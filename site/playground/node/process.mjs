// The object of shims.mjs.
export default globalThis.process;
export const { argv, cwd, emitWarning, env, nextTick, pid, platform, versions } = globalThis.process;
