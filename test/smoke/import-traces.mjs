// Imports what its arguments name, one after the other; what stands before `--` it imports first. None may leave a
// trace in the process but what is under a registered symbol of these packages, which all copies of a package share.
import { EventEmitter } from 'node:events';
import net from 'node:net';
import process from 'node:process';

const watched = {
  globalThis,
  process,
  Error,
  EventEmitter,
  'EventEmitter.prototype': EventEmitter.prototype,
  'net.Socket.prototype': net.Socket.prototype,
  ...Object.fromEntries(
    [
      Object,
      Function,
      Array,
      Promise,
      Error,
      Map,
      Set,
      WeakMap,
      Symbol,
      String,
      Number,
      Uint8Array,
      AbortSignal,
      EventTarget,
    ].map((each) => [`${each.name}.prototype`, each.prototype]),
  ),
};

const isOurs = (key) => typeof key === 'symbol' && Symbol.keyFor(key)?.startsWith('@bight/');

/** What is to be the same afterwards, by name. */
function state() {
  const found = new Map();
  for (const [name, object] of Object.entries(watched)) {
    for (const key of Reflect.ownKeys(object).filter((key) => !isOurs(key))) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
      // What Node itself makes at the first access.
      if (get === undefined) found.set(`${name}.${String(key)}`, value);
      else found.set(`${name}.${String(key)}`, set);
    }
  }
  for (const name of process.eventNames())
    found.set(`listeners of ${String(name)}`, process.listenerCount(name));
  for (const [name, value] of Object.entries(process.env)) found.set(`environment ${name}`, value);
  // Requests are reads of modules, which are still ending.
  const open = process.getActiveResourcesInfo().filter((type) => !/Req/.test(type));
  found.set('open', open.sort().join());
  found.set('capture', process.hasUncaughtExceptionCaptureCallback());
  found.set('umask', process.umask());
  found.set('directory', process.cwd());
  return found;
}

let hasFailed = false;
const names = process.argv.slice(2);
for (const specifier of names.splice(0, names.indexOf('--'))) await import(specifier);
for (const specifier of names.slice(1)) {
  const before = state();
  await import(specifier);
  const after = state();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (before.has(name) && after.has(name) && Object.is(before.get(name), after.get(name))) continue;
    console.error(
      `import '${specifier}' changes ${name}: ${String(before.get(name))} → ${String(after.get(name))}`,
    );
    hasFailed = true;
  }
}
process.exitCode = hasFailed ? 1 : 0;
