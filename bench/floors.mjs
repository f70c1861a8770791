// The platform's cost of the steps that every loop needs: the floors of the figures of ./scheduling.mjs and
// ./contextvars.mjs. No code of ours runs here.
//
//   node bench/floors.mjs
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { median, nanosecondsPerOperation } from './lib/rounds.mjs';

const storage = new AsyncLocalStorage();
const sample = { context: null };
const nothing = () => {};
const runInOwnStore = () => storage.run({}, nothing);
const COUNT = 100_000;
const BATCH = 1_000;

/** The symbol under which a resource keeps the asynchronous context, from Node 24 on. */
const contextFrame = Object.getOwnPropertySymbols(new AsyncResource('floor')).find(
  ({ description }) => description === 'context_frame',
);
const isLinked = Number(process.versions.node.split('.')[0]) >= 24 && contextFrame !== undefined;

/**
 * The cheapest object that Node accepts as an asynchronous context: it has one value, and refers to the other values.
 */
class LinkedContext {
  constructor(value, others) {
    this.value = value;
    this.others = others;
  }
  has(key) {
    return key === storage || this.others?.has(key) === true;
  }
  get(key) {
    return key === storage ? this.value : this.others?.get(key);
  }
}

const KB = 1024;
/** What all connections receive into, and what one of them is cutting its pieces from. */
const common = Buffer.allocUnsafeSlow(256 * KB);
let slab = Buffer.allocUnsafeSlow(8 * KB);
let used = 0;
let received = common;

/** A copy that shares memory with pieces of the same connection only. */
function keepCopy(bytes) {
  if (used + bytes.length > slab.length) {
    slab = Buffer.allocUnsafeSlow(8 * KB);
    used = 0;
  }
  received = slab.subarray(used, used + bytes.length);
  bytes.copy(received);
  used += bytes.length;
}

function callIn(callback, value) {
  storage.enterWith(value);
  callback();
}

/** The minimal queue of callbacks: a record and a resource for each callback, in an array. */
function queueOfCallbacks(run) {
  const queue = [];
  for (let round = 0; round < COUNT / BATCH; round++) {
    for (let i = 0; i < BATCH; i++) {
      queue.push({ callback: nothing, resource: new AsyncResource('floor', 0), variables: sample });
    }
    for (let i = 0; i < BATCH; i++) run(queue[i]);
    queue.length = 0;
  }
}

function runWhereCaptured({ callback, resource }) {
  resource.runInAsyncScope(callback);
}

function runInOwnContext({ callback, resource, variables }) {
  enter(resource, { context: { variables } }, callback);
}

/** One run context for consecutive callbacks that were queued in one async context with one pinned context. */
function queueInOneContext() {
  const queue = [];
  let next = 0;
  const runAlike = () => {
    const { resource, variables } = queue[next];
    const place = contextFrame === undefined ? null : resource[contextFrame];
    while (next < BATCH && queue[next].variables === variables) {
      if (contextFrame !== undefined && queue[next].resource[contextFrame] !== place) break;
      queue[next++].callback();
    }
  };
  for (let round = 0; round < COUNT / BATCH; round++) {
    for (let i = 0; i < BATCH; i++) {
      queue.push({ callback: nothing, resource: new AsyncResource('floor', 0), variables: sample });
    }
    for (next = 0; next < BATCH; ) enter(queue[next].resource, { context: sample }, runAlike);
    queue.length = 0;
  }
}

function enter(resource, value, callback) {
  if (isLinked) {
    resource[contextFrame] = new LinkedContext(value, resource[contextFrame]);
    resource.runInAsyncScope(callback);
  } else {
    resource.runInAsyncScope(callIn, null, callback, value);
  }
}

// Ten keys and values, with the head of a node.
let map;
let node = [null, 0, 0, ...Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? `key${i}` : i))];

/** An awaitable that a tick resumes: the minimal `await sleep(0)`. */
const nextTurn = {
  then(resolve) {
    process.nextTick(resolve);
  },
};

/**
 * The same for a loop that drains microtasks itself (decision 019): a callback resumes the waiter, which goes on at
 * once.
 */
const drained = {
  resume: null,
  then(resolve) {
    this.resume = resolve;
  },
};

/** An async function that awaits repeatedly, resumed by callbacks that drain the microtasks. */
async function awaitDrained() {
  let isOver = false;
  void (async () => {
    while (!isOver) await drained;
  })();
  await new Promise((resolve) => {
    setImmediate(() => {
      for (let i = 0; i < COUNT; i++) {
        drained.resume();
        process._tickCallback();
      }
      isOver = true;
      drained.resume();
      resolve();
    });
  });
}

/**
 * An async function that awaits tasks: each task is an async function in a run context of its own, and its end resumes
 * the waiter.
 */
async function runTasksDrained() {
  let isOver = false;
  void (async () => {
    while (!isOver) await drained;
  })();
  await new Promise((resolve) => {
    setImmediate(() => {
      for (let i = 0; i < COUNT; i++) {
        let hasEnded = false;
        enter(new AsyncResource('floor', 0), { context: i }, () => {
          void (async () => {})().then(() => {
            hasEnded = true;
          });
        });
        process._tickCallback();
        if (!hasEnded) throw new Error('the microtasks did not run');
        drained.resume();
        process._tickCallback();
      }
      isOver = true;
      drained.resume();
      resolve();
    });
  });
}

const floors = {
  'capture the async context': () => {
    for (let i = 0; i < COUNT; i++) new AsyncResource('floor', 0);
  },
  'queue callbacks, and run them where they were queued': () => queueOfCallbacks(runWhereCaptured),
  'queue callbacks, and run each in a run context of its own': () => queueOfCallbacks(runInOwnContext),
  'queue callbacks, and run those of one context in one run context': queueInOneContext,
  'queue callbacks with setImmediate': async () => {
    for (let round = 0; round < COUNT / BATCH; round++) {
      for (let i = 0; i < BATCH; i++) setImmediate(nothing);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  'the same, each in a store of its own (als.run)': async () => {
    for (let round = 0; round < COUNT / BATCH; round++) {
      for (let i = 0; i < BATCH; i++) setImmediate(runInOwnStore);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  'await one tick': async () => {
    for (let i = 0; i < COUNT; i++) await nextTurn;
  },
  'await, with the microtasks drained': awaitDrained,
  'run an async function in a run context, and await it, both drained': runTasksDrained,
  'receive: pass on a view of 1 KB of common memory': () => {
    for (let i = 0; i < COUNT; i++) received = common.subarray(KB, 2 * KB);
  },
  'receive: copy that into memory that is used again': () => {
    for (let i = 0; i < COUNT; i++) {
      received = slab.subarray(0, KB);
      common.subarray(KB, 2 * KB).copy(received);
    }
  },
  'receive: copy 10 KB into memory of its own': () => {
    for (let i = 0; i < COUNT; i++) {
      const piece = common.subarray(KB, 11 * KB);
      received = Buffer.allocUnsafeSlow(piece.length);
      piece.copy(received);
    }
  },
  'receive: copy 1 KB into memory that may be kept': () => {
    for (let i = 0; i < COUNT; i++) keepCopy(common.subarray(KB, 2 * KB));
  },
  'copy a node of ten entries, and make a map of it': () => {
    for (let i = 0; i < COUNT; i++) {
      const copy = node.slice();
      copy[4] = i;
      node = copy;
      map = { kind: sample, root: copy, size: 10 };
    }
  },
};

console.log(process.version);
for (const [name, work] of Object.entries(floors)) {
  const rounds = [];
  for (let round = 0; round < 7; round++) {
    rounds.push(await storage.run(sample, () => nanosecondsPerOperation(COUNT, work)));
  }
  console.log(name.padEnd(64), `${median(rounds).toFixed(0)} ns`);
}
if (received.length !== KB) throw new Error('nothing was received');
if (map?.size !== 10) throw new Error('there is no map');
