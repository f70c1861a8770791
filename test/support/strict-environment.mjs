// The jest environment of every test file: what a well-behaved process does not do fails the test that did it.
//
// Jest gives a test file a copy of `process` whose event emitter is dead: a listener added to it never gets a warning
// or a signal. Here the emitter's methods reach the real process (and what a file leaves behind is taken away with it),
// so that tests see what a program would see. An unexpected process warning fails the running test, as an unhandled
// rejection does in jest itself, and so does what it leaves open in a loop (./open-handles.ts); `expectWarning`,
// `expectUnhandledRejection` and `expectLeftOpen` of ./process-events.ts announce one that is wanted. An expectation
// that fails in a callback, whose errors go to the exception handler of a loop, or whose error is caught, fails the
// test as well: there is no way to announce one.
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';
import { noteCosts } from './costs.mjs';

const emitterMethods = [
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'prependListener',
  'prependOnceListener',
  'listeners',
  'rawListeners',
  'listenerCount',
  'eventNames',
  'emit',
];

/** The file whose code has caused the warning that is being emitted; `null` where that was code of Node. */
let origin = null;

/**
 * V8 calls the callbacks of one registry in a turn of the loop, and those of the next registry in the next turn. Node
 * has some of its own, and so may files have that ran before.
 */
const REGISTRIES_OF_OTHERS = 20;

/** Lines of stacks that name the lines of the sources, by the lines that V8 writes. */
const stackLines = new Map();

// Running ES modules inside jest is itself experimental; nothing of ours may rely on the other experiments.
const ownToJest = (warning) => warning.name === 'ExperimentalWarning' && /VM Modules/.test(warning.message);

export default class StrictEnvironment extends TestEnvironment {
  #testPath;
  #warnings = [];
  /** How many objects of the file may still warn when they are collected. */
  #finalizers = 0;
  /**
   * The finalization registries that the file has made, kept until they have run their finalizers. Before version 14.2
   * V8 runs no finalizer of any registry any more, once a registry has been collected that had some to run.
   */
  #registries = [];
  #expectations = [];
  #listenersBefore = new Map();
  /** Prints warnings. Here the unexpected ones fail their test with a stack, and the expected ones are not printed. */
  #printers = [];
  #onWarning = (warning) => {
    if (ownToJest(warning)) return;
    // What an earlier file left behind is not this file's, and meets no expectation of it.
    if (origin !== null && origin !== this.#testPath) this.#warnings.push({ warning, from: origin });
    else if (!this.#meet('warning', warning)) this.#warnings.push({ warning, from: null });
  };

  constructor(config, context) {
    super(config, context);
    this.#testPath = context.testPath;
  }

  async setup() {
    await super.setup();
    for (const name of process.eventNames()) this.#listenersBefore.set(name, process.rawListeners(name));
    connectEmitter(this.global.process);
    noteOrigin(this.global.process, this.#testPath);
    this.#printers = process.rawListeners('warning');
    for (const printer of this.#printers) process.off('warning', printer);
    process.on('warning', this.#onWarning);
    this.#countFinalizers();
    this.global[Symbol.for('bight.test.requireTool')] = (from, tool) => createRequire(from)(tool);
    this.global[Symbol.for('bight.test.expectations')] = (kind, matches, description) =>
      new Promise((resolve) => this.#expectations.push({ kind, matches, description, resolve }));
  }

  async handleTestEvent(event, state) {
    if (event.name === 'setup') keepStackLines(this.global.Error);
    if (event.name === 'error' && event.promise !== undefined && this.#isHandled(event.error)) {
      state.unhandledRejectionErrorByPromiseTarget?.get(event.promise)?.delete(event.promise);
    }
    // The tests share the loops that were used before them; these are checked when the file ends.
    if (event.name === 'test_start') this.#openHandles?.setAside();
    if (event.name === 'test_fn_success') event.test.errors.push(...this.#swallowed());
    if (event.name !== 'test_done') return;
    await nextTurn(); // a warning is emitted from a later tick than the one that caused it
    event.test.errors.push(...this.#leaks(), ...this.#complaints());
  }

  async teardown() {
    // What this file left open warns when it is collected: now, and not in the file that runs next in this process.
    // Collecting takes a tenth of a second, and a turn some microseconds.
    if (this.#finalizers > 0) {
      globalThis.gc?.();
      for (let turn = 0; turn < this.#registries.length + REGISTRIES_OF_OTHERS; turn++) await nextTurn();
    }
    await nextTurn();
    this.#registries = [];
    process.off('warning', this.#onWarning);
    for (const name of process.eventNames()) {
      const before = this.#listenersBefore.get(name) ?? [];
      for (const listener of process.rawListeners(name)) {
        if (!before.includes(listener)) process.off(name, listener.listener ?? listener);
      }
    }
    for (const printer of this.#printers) process.on('warning', printer);
    this.#openHandles?.bringBack();
    const late = [...this.#leaks(), ...this.#complaints()];
    await super.teardown();
    noteCosts(this.#testPath);
    if (late.length > 0) throw complaint(late.map(({ message }) => message).join('\n\n'));
  }

  /** Counts the objects that may still warn when they are collected: most files close what they open. */
  #countFinalizers() {
    const add = () => {
      const cell = { isOpen: true };
      this.#finalizers++;
      return cell;
    };
    const settle = (cell) => {
      if (cell.isOpen) this.#finalizers--;
      cell.isOpen = false;
    };
    const keep = (registry) => this.#registries.push(registry);
    const { FinalizationRegistry: Registry } = this.global;
    this.global.FinalizationRegistry = class extends Registry {
      #cells = new WeakMap();

      constructor(cleanUp) {
        super(({ value, cell }) => {
          settle(cell);
          cleanUp(value);
        });
        keep(this);
      }

      register(target, value, token) {
        const cell = add();
        super.register(target, { value, cell }, token);
        if (token !== undefined) this.#cells.set(token, [...(this.#cells.get(token) ?? []), cell]);
      }

      unregister(token) {
        this.#cells.get(token)?.forEach(settle);
        this.#cells.delete(token);
        return super.unregister(token);
      }
    };
  }

  /** Jest listens to the real process, so what loop-core answers for its own cancels is answered here. */
  #isHandled(error) {
    const isCancel = this.global.process[Symbol.for('bight.quietUnhandledCancels')];
    return isCancel?.(error) === true || this.#meet('rejection', error);
  }

  get #openHandles() {
    return this.global[Symbol.for('bight.test.openHandles')];
  }

  /** What is still open in the loops that were used since the last call, as errors. */
  #leaks() {
    const leftovers = this.#openHandles?.take() ?? [];
    return leftovers.flatMap(({ loop, handles }) => {
      const unexpected = handles.filter(({ description }) => !this.#meet('handle left open', description));
      if (unexpected.length === 0) return [];
      const lines = unexpected.map(
        ({ description, stack }) => `  ${description}${stack ? ` made\n${stack}` : ''}`,
      );
      return [complaint(`Left open in ${loop} (BIGHT_DEBUG=1 shows where):\n${lines.join('\n')}`)];
    });
  }

  /** That expectations have failed in a test that has passed, as an error. */
  #swallowed() {
    const count = this.global[Symbol.for('bight.test.failedExpectations')]?.() ?? 0;
    if (count === 0) return [];
    const some = count === 1 ? 'An expectation' : `${count} expectations`;
    return [complaint(`${some} failed where the error was caught, or went to an exception handler`)];
  }

  #meet(kind, value) {
    const index = this.#expectations.findIndex((entry) => entry.kind === kind && entry.matches(value));
    if (index === -1) return false;
    this.#expectations.splice(index, 1)[0].resolve(value);
    return true;
  }

  /** What went wrong since the last call, as errors. */
  #complaints() {
    const unexpected = this.#warnings.splice(0).map(({ warning, from }) => {
      const whose = from === null ? '' : ` from ${from}, which ran before`;
      return complaint(`Unexpected process warning${whose}: ${warning.stack}`);
    });
    const unmet = this.#expectations.splice(0).map(({ kind, description }) => {
      return complaint(`Expected a ${kind} that matches ${description}, and none came`);
    });
    return [...unexpected, ...unmet];
  }
}

/**
 * Jest looks up each frame of each stack in the source maps, which takes longer than much of what is tested, as in the
 * debug mode of loops. Here it does so once for each place in the code.
 */
function keepStackLines(errors) {
  const { prepareStackTrace: format } = errors;
  if (format === undefined) return;
  errors.prepareStackTrace = (error, frames) => {
    const title = format(error, []);
    const lines = frames.map((frame) => {
      const place = String(frame);
      let line = stackLines.get(place);
      if (line === undefined) {
        line = format(error, [frame]).slice(title.length);
        stackLines.set(place, line);
      }
      return line;
    });
    return title + lines.join('');
  };
}

/** An error without a stack of its own: the place where this file made it is irrelevant. */
function complaint(message) {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/**
 * Notes which file a warning comes from: what it has left behind may still warn while a later file runs. Node emits a
 * warning in the next tick; what is queued before and after it runs around it.
 */
function noteOrigin(copy, testPath) {
  copy.emitWarning = (...args) => {
    process.nextTick(() => {
      origin = testPath;
    });
    try {
      process.emitWarning(...args);
    } finally {
      process.nextTick(() => {
        origin = null;
      });
    }
  };
}

function connectEmitter(copy) {
  for (const method of emitterMethods) {
    copy[method] = (...args) => {
      const result = process[method](...args);
      return result === process ? copy : result;
    };
  }
}
