// Runs one program of the playground on virtual time and a simulated network, and reports every step of the loop to the
// page. Each program has a worker of its own, so that a program that never ends can be stopped.
import './shims.mjs';
import * as contextvars from '@bight/contextvars';
import * as core from '@bight/loop-core';
import { setDefaultLoopFactory } from '@bight/loop-core/low-level';
import * as testing from '@bight/loop-testing';
import * as bight from 'bight';

const MOST_STEPS = 2000;

const AsyncFunction = (async () => {}).constructor;
const modules = {
  bight,
  '@bight/contextvars': contextvars,
  '@bight/loop-core': core,
  '@bight/loop-testing': testing,
};
let step = 0;

const send = (message) => self.postMessage(message);
for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
  console[level] = (...values) => send({ kind: 'output', step, level, text: values.map(show).join(' ') });
}

self.onmessage = async ({ data: { code, seed } }) => {
  self.onmessage = null;
  setDefaultLoopFactory(() => {
    const loop = new testing.VirtualEventLoop({ seed });
    loop.addInstrument(new Steps(loop));
    return loop;
  });
  try {
    await new AsyncFunction('require', 'exports', code)(load, {});
    send({ kind: 'end', step });
  } catch (error) {
    send({ kind: 'end', step, error: describe(error) });
  }
};

/**
 * An instrument that sends each callback to the page; a callback that resumes a task is sent as a step of that task.
 */
class Steps {
  #loop;
  #names = new Map();
  #isOpen = false;

  constructor(loop) {
    this.#loop = loop;
  }

  taskSpawned(task) {
    this.#names.set(task, task.getName());
  }

  taskDone(task) {
    send({ kind: 'done', step, lane: this.#nameOf(task) });
    this.#names.delete(task);
  }

  beforeCallback(handle) {
    this.#begin();
    this.#isOpen = true;
    this.#report('callbacks', nameOf(handle));
  }

  beforeTaskStep(task) {
    if (!this.#isOpen) this.#begin();
    this.#report(this.#nameOf(task), 'step');
  }

  afterCallback() {
    this.#isOpen = false;
  }

  #begin() {
    if (++step > MOST_STEPS) throw new Error(`more than ${MOST_STEPS} steps`);
  }

  #nameOf(task) {
    return this.#names.get(task) ?? task.getName();
  }

  /** The last report of a step counts. */
  #report(lane, name) {
    send({ kind: 'step', step, lane, name, time: this.#loop.time() });
  }
}

function nameOf(handle) {
  const text = String(handle);
  const name = /<(?:Timer)?Handle (?:when=\S+ )?([^>(]+)/.exec(text)?.[1].trim() ?? text;
  return name.startsWith('<') ? 'a function' : name;
}

function load(name) {
  if (name in modules) return modules[name];
  throw new Error(`the playground has no module ${name}; it has ${Object.keys(modules).join(' and ')}`);
}

function show(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return describe(value);
  if (value instanceof Uint8Array) return `<${value.length} bytes> ${Buffer.from(value).toString()}`;
  try {
    return typeof value === 'object' && value !== null && isPlain(value)
      ? JSON.stringify(value)
      : String(value);
  } catch {
    return String(value);
  }
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function describe(error) {
  const inner = error?.errors ?? (error?.cause === undefined ? [] : [error.cause]);
  return [
    `${error?.name ?? 'Error'}: ${error?.message ?? error}`,
    ...inner.map((one) => `  ${describe(one)}`),
  ].join('\n');
}
