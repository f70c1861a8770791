// What the command line names: the built packages, and the addon that holds the interpreter.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [checkout, addon, script, ...rest] = process.argv.slice(2);

const load = (name, file = 'index.js') =>
  import(pathToFileURL(path.join(path.resolve(checkout), 'packages', name, 'dist', file)).href);

export const native = createRequire(import.meta.url)(path.resolve(addon));
export const scriptPath = path.resolve(script);
export const scriptArguments = rest;
/** What programs have, and what authors of loops have beside it. */
export const bight = { ...(await load('loop-core', 'low-level.js')), ...(await load('bight')) };
export const testing = await load('loop-testing');
export const hamt = await load('contextvars', 'hamt.js');
export const net = await load('loop-net');
export const core = await load('loop-core', 'low-level.js');

const isTracing = Boolean(process.env.BRIDGE_TRACE);

/** A member that the files of loop-core share: a test of CPython reads its counterpart there. */
export const internal = (name) => Symbol.for(`@bight/loop-core/${name}`);

/** Prints a message on its way, if the environment asks for that. */
export function trace(...words) {
  if (isTracing) console.log('[js]', ...words);
}
