// Programs of the docs are passed to the playground in its address.

// Parts of bight that do not work in a page: threads, processes, signals, files, the system's sockets.
const OUTSIDE =
  /\b(toThread|taskFrom|\w+PoolExecutor|createSubprocess\w+|openSignalReceiver|addSignalHandler|createDefaultContext|\w+EventLoop|runInExecutor|serve|connect\w+Pipe|EventEmitter|process|fetch|import\.meta|setTimeout|Worker|readFile|writeFile)\b/;
const MODULES = new Set(['bight', '@bight/loop-testing', '@bight/contextvars', '@bight/loop-core']);

/** The address that opens a program in the playground, or `null` for a program that does not work in a page. */
export function addressInPlayground(code) {
  const imported = [...code.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name);
  if (imported.length === 0 || !imported.every((name) => MODULES.has(name)) || OUTSIDE.test(code))
    return null;
  return `/playground#code=${encodeURIComponent(code)}`;
}
