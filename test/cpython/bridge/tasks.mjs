// bight's own futures and tasks in Python's hands: a coroutine of Python is driven by one of bight, which is a
// generator function or an async function.

import { decode, encode } from './encoding.mjs';
import { bight, hamt, internal } from './environment.mjs';
import { request } from './requests.mjs';

const callbacks = new Map();
let lastCallback = 0;

function giveCallback(callback) {
  callbacks.set(++lastCallback, callback);
  return lastCallback;
}

/** A future of Python's own: in bight's eyes a foreign one. */
export class PythonFuture {
  constructor(py, loop) {
    this.py = py;
    this.loop = loop;
  }

  addDoneCallback(callback) {
    request({ op: 'python_future', py: this.py, what: 'add', callback: giveCallback(callback) });
  }

  getLoop() {
    return this.loop;
  }

  cancel(message) {
    return request({ op: 'python_future', py: this.py, what: 'cancel', message: message ?? null });
  }

  cancelled() {
    return request({ op: 'python_future', py: this.py, what: 'cancelled' });
  }

  result() {
    return request({ op: 'python_future', py: this.py, what: 'result' });
  }
}

/** A coroutine function of Python that bight calls, and of which it makes a task. */
export function pythonHandler(number) {
  const handle = function* (...args) {
    const step = request({ op: 'handler', py: number, args: encode(args) });
    if (step === null) return null;
    const { value } = yield* drive(step, goOn(step));
    return value;
  };
  return Object.assign(handle, { py: number });
}

const goOn = ({ py }, value = null) => ({ op: 'step', py, error: null, value });
const throwIn = ({ py }, error) => ({ op: 'step', py, error: encode(error) });

/** Steps a coroutine of Python until it is done, or leaves the block that this was called for. */
function* drive(step, sent) {
  for (;;) {
    const got = request(sent);
    if (got.done || got.leave) return got;
    try {
      if (got.enter) {
        yield* enter(got, function* (block) {
          return errorAtTheEnd(yield* drive(step, goOn(step, encode(block))));
        });
      } else if (got.blocking) {
        yield* got.future;
      } else {
        yield got.future;
      }
      sent = goOn(step);
    } catch (error) {
      sent = throwIn(step, error);
    }
  }
}

/** {@link drive} as an async function. */
async function driveAsync(step, sent) {
  for (;;) {
    const got = request(sent);
    if (got.done || got.leave) return got;
    try {
      if (got.enter) {
        await enter(got, async (block) => errorAtTheEnd(await driveAsync(step, goOn(step, encode(block)))));
      } else {
        await awaitable(got);
      }
      sent = goOn(step);
    } catch (error) {
      sent = throwIn(step, error);
    }
  }
}

/** What an async function awaits: it has no bare yield, and can await anything. */
function awaitable({ future, blocking }) {
  if (blocking || future instanceof PythonFuture) return bight.wrapFuture(future);
  if (future === null) return bight.sleep(0);
  throw new bight.RuntimeError(
    future instanceof bight.Future
      ? `yield was used instead of yield from in task with ${future}`
      : `Task got bad yield: ${future?.py === undefined ? future : 'an object of Python'}`,
  );
}

function errorAtTheEnd({ leave, error }) {
  if (!leave) throw new Error('bridge: a block was never left');
  if (error !== null) throw error;
}

/** Runs what the coroutine does up to its `__aexit__` in a block of bight. */
function enter({ enter: name, args }, body) {
  return name === 'TaskGroup' ? bight.TaskGroup.run(body) : bight[name](...args).run(body);
}

function coroutineFunction(step, style, title) {
  const coroutine =
    style === 'async'
      ? async () => (await driveAsync(step, goOn(step))).value
      : function* () {
          return (yield* drive(step, goOn(step))).value;
        };
  return Object.defineProperty(coroutine, 'name', { value: title });
}

/** Calls a function while a loop has no task factory: that may be Python's. */
function withoutFactory(loop, make) {
  const factory = loop.getTaskFactory();
  loop.setTaskFactory(null);
  try {
    return make();
  } finally {
    loop.setTaskFactory(factory);
  }
}

/** Keys of Python: it decides what is equal. */
const pythonKeys = {
  hash: (key) => request({ op: 'hash_of', py: key.py }),
  equals: (a, b) => request({ op: 'equal', a: a.py, b: b.py }),
};

/** What Python may ask for about futures, tasks, contexts and readers. */
export const taskOperations = {
  future: ({ loop }) => new bight.Future({ loop: decode(loop) }),
  task: ({ step, loop, name, title, group, style }) => {
    const owner = decode(loop);
    const coroutine = coroutineFunction(decode(step), style, title);
    if (!group) return new bight.Task(coroutine, { loop: owner, name: name ?? undefined });
    return withoutFactory(owner, () => decode(group).createTask(coroutine, { name: name ?? undefined }));
  },
  called_back: ({ number }) => {
    const callback = callbacks.get(number);
    callbacks.delete(number);
    callback?.();
  },
  peek: ({ on, name }) => decode(on)[internal(name)],
  // CPython's own attributes, out of what bight has in their place: a cancel is pending until code has met it.
  awaited: ({ on }) => decode(on)[internal('soleWait')] ?? null,
  must_cancel: ({ on }) => {
    const task = decode(on);
    const pending = task[internal('pending')];
    return pending?.isAsked === true && task[internal('soleWait')] === null;
  },
  cancel_message: ({ on }) => {
    const future = decode(on);
    return future[internal('pending')]?.message ?? future[internal('cancelMessage')] ?? null;
  },
  set_cancel_message: ({ on, message }) => {
    const future = decode(on);
    const pending = future[internal('pending')] ?? null;
    if (pending === null) future[internal('cancelMessage')] = message;
    else pending.message = message ?? undefined;
  },
  poke: ({ on, name, value }) => {
    decode(on)[internal(name)] = decode(value);
  },
  context_list: ({ on, args: [name] }) => [...decode(on)[name]()],
  context_old_value: ({ on }) => {
    const { oldValue } = decode(on);
    return oldValue === bight.Token.MISSING ? [false, null] : [true, oldValue];
  },
  hamt: () => hamt.HAMT.empty(pythonKeys),
  // What a stream's reader holds: all of it is taken, and put back.
  left: ({ on }) => {
    const reader = decode(on);
    if (reader.exception() !== null || reader.atEof()) return Buffer.alloc(0);
    const future = reader.read(2 ** 30);
    if (!future.done()) {
      future.cancel();
      return Buffer.alloc(0);
    }
    const data = future.result();
    try {
      reader.feedData(data);
    } catch {
      // The stream has ended: the reader is empty from now on.
    }
    return data;
  },
};
