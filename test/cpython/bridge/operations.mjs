// What Python may ask for.

import { decode, encode } from './encoding.mjs';
import { bight, hamt, internal, testing } from './environment.mjs';
import { ManualHost } from './manual-host.mjs';
import { allowOverrides } from './overrides.mjs';
import { request } from './requests.mjs';
import { PythonRunner, pythonRun } from './runners.mjs';
import { sockets } from './sockets.mjs';
import { taskOperations } from './tasks.mjs';

/** What Python finds by name. */
export const modules = { ...bight, ...testing, ...hamt, PythonRunner };

/** A turn of the platform. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What a request may ask for, by name. */
export const operations = {
  construct: ({ name, args }) => new modules[name](...decode(args)),
  call: ({ on, name, args }) => {
    const target = on === null ? modules : decode(on);
    return target[name](...decode(args));
  },
  get: ({ on, name }) => (on === null ? modules : decode(on))[name],
  set: ({ on, name, value }) => {
    decode(on)[name] = decode(value);
  },
  run: ({ on, name, args }) => (on === null ? pythonRun : decode(on))[name](...decode(args)),
  // Starts a coroutine method: its outcome, if there is one already, or the future, which notifies Python when it is
  // done.
  start: ({ on, name, args, token }) => {
    const target = on === null ? modules : decode(on);
    const future = target[name](...decode(args));
    if (future.done()) return { done: true, ...outcome(future) };
    future.addDoneCallback(() => request({ op: 'done', token, ...encodeOutcome(outcome(future)) }));
    return { done: false, future };
  },
  gc: async () => {
    for (let i = 0; i < 2; i++) {
      globalThis.gc?.();
      await turn();
    }
  },
  ready: ({ on }) => decode(on)[internal('dispatcher')].ready.length,
  allow_overrides: ({ on, loop }) => allowOverrides(decode(on), decode(loop)),
  manual_loop: ({ clock }) => {
    const host = new ManualHost(decode(clock));
    const loop = new bight.CoreEventLoop({ host });
    // Python's generator gets the time of every timer.
    const plain = loop.callAt;
    loop.callAt = function (when, ...rest) {
      const timer = plain.call(this, when, ...rest);
      host.whens.push(when);
      return timer;
    };
    return loop;
  },
  whens: ({ on }) => decode(on).host.whens.splice(0),
  set_time: ({ on, time }) => {
    decode(on).host.now = decode(time);
  },
  forget_socket: ({ py }) => {
    sockets.get(py)?.forget();
  },
  // A function of bight that gives a future.
  combine: ({ name, args }) => modules[name](...decode(args)),
  // A function of bight that gives something to iterate, and a step of that.
  iterate: ({ name, args }) => new Steps(modules[name](...decode(args))),
  next_of: ({ on }) => decode(on).next(),
  ...taskOperations,
};

class Steps {
  #iterator;

  constructor(iterable) {
    this.#iterator = iterable[Symbol.iterator]();
  }

  next() {
    const { done, value } = this.#iterator.next();
    return done ? null : value;
  }
}

function outcome(future) {
  if (future.cancelled()) {
    try {
      future.result();
    } catch (error) {
      return { state: 'cancelled', value: error.message };
    }
  }
  const error = future.exception();
  return error === null ? { state: 'finished', value: future.result() } : { state: 'failed', value: error };
}

const encodeOutcome = ({ state, value }) => ({ state, value: encode(value) });
