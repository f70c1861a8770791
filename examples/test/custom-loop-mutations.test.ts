// Breaks the example loop on purpose, in one place at a time: the conformance kit has to notice every mutation.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withSignals } from '@bight/loop-signals';
import { conformance, type Supports } from '@bight/loop-testing/conformance';
import { afterAll, expect, test } from '@jest/globals';
import { sampleOf } from '../../test/support/extent.js';
import { repository } from '../../test/support/workspace.js';
import { CustomLoop } from '../src/custom-loop.js';

/** Each mutation: the fault, a text of the example, and its replacement. */
type Mutation = readonly [fault: string, original: string, broken: string];

const mutations: readonly Mutation[] = [
  ['last in, first out', 'this.#ready.push(handle);', 'this.#ready.unshift(handle);'],
  ['a cancelled callback runs', 'if (!this.#isCancelled) this.#call();', 'this.#call();'],
  ['timers come early', '- this.time()) * 1000;', '- this.time()) * 1000 - 5;'],
  ['equal timers are reversed', 'timer.when() <= when', 'timer.when() < when'],
  ['a time may be NaN', "checkSeconds(when, 'when')", 'when'],
  [
    'the context is that of the first callback',
    'runContext(options?.context ?? copyContext(), loop, null)',
    'runContext(options?.context ?? (Object(loop).context ??= copyContext()), loop, null)',
  ],
  ['a given context is ignored', 'runContext(options?.context ?? copyContext()', 'runContext(copyContext()'],
  ['AsyncLocalStorage is lost', 'runIn(this.#carrier,', 'runIn(capture(),'],
  [
    'new callbacks run in the same iteration',
    'for (const handle of this.#ready.splice(0)) {',
    'for (let handle; (handle = this.#ready.shift()) !== undefined; ) {',
  ],
  [
    'the microtasks of a callback are not waited for',
    'await new Promise<void>((resolve) => queueMicrotask(() => process.nextTick(resolve)));',
    '',
  ],
  [
    'stop() runs too much',
    'while (!this.#isStopping);',
    'while (!this.#isStopping || this.#ready.length > 0);',
  ],
  [
    'stop() before a run is forgotten',
    'this.#isRunning = true;',
    'this.#isRunning = !(this.#isStopping = false);',
  ],
  ['two runs at once', 'if (this.#isRunning || current?.isRunning())', 'if (current?.isRunning())'],
  ['a loop runs inside another one', 'if (this.#isRunning || current?.isRunning())', 'if (this.#isRunning)'],
  [
    'a closed loop takes callbacks',
    "if (this.#isClosed) throw new bight.RuntimeError('Event loop is closed');",
    '',
  ],
  ['close() works once only', 'this.#isClosed = true;', 'this.#checkOpen();\n    this.#isClosed = true;'],
  [
    'a running loop can be closed',
    "if (this.#isRunning) throw new bight.RuntimeError('Cannot close",
    "if (false) throw new bight.RuntimeError('Cannot close",
  ],
  [
    'callSoonThreadsafe() does not wake the loop',
    'this.#ready.push(handle);\n    this.#wake();',
    'this.#ready.push(handle);',
  ],
  [
    'the exception handler gets nothing',
    "(this.#runContext.loop as CustomLoop).report('Exception in callback', error, { handle: this });",
    'void error;',
  ],
  [
    'an error ends the run',
    "console.error('Unhandled error in exception handler', error, context);",
    'throw error;',
  ],
  [
    'addDoneCallback() calls at once',
    'if (this.done()) this.loop.enqueue(handle);',
    'if (this.done()) handle.run();',
  ],
  [
    'a future resolves without a turn',
    'of this.#waiting.splice(0)) this.loop.enqueue(handle);',
    'of this.#waiting.splice(0)) handle.run();',
  ],
  ['a removed callback runs', 'entry.callback !== callback', 'entry !== undefined'],
  [
    'a future can end twice',
    "if (this.done()) throw new bight.InvalidStateError('The future is done already.');",
    '',
  ],
  ['a lost exception is not reported', "if (outcome === 'exception') this.loop.unretrieved.add(this);", ''],
  ['a task starts at once', 'else loop.callSoon(this.#start);', 'else this.#start();'],
  [
    'a task ignores its context',
    'runContext(options.context ?? copyContext(), loop, this)',
    'runContext(copyContext(), loop, this)',
  ],
  [
    'a cancel does not reach what is awaited',
    'for (const future of this.#awaited) if (future.cancel(message)) this.#cancel = null;',
    '',
  ],
  [
    'a cancel before the wait is lost',
    'if (this.#cancel !== null && future.cancel(this.#cancel.message))',
    'if (this.#cancel !== null)',
  ],
  [
    'a late cancel is lost',
    'return future?.cancelled() ? null : cancel;',
    'return future === null ? cancel : null;',
  ],
  ['cancels are not counted', 'this.#cancelling++;', ''],
  ['the signal is not aborted', 'this.#aborter.abort(this.#cancel);', ''],
  ['unfinished tasks are not named', 'loop.tasks.add(this);', ''],
  ['async generators stay open', 'await asyncgen.return(undefined)', 'await Promise.resolve()'],
];

/** A broken loop may hang: after this many seconds a case has failed. */
const BROKEN_SECONDS = 2;

/** An unbroken loop ends each case, however long that takes on a loaded machine. */
const UNBROKEN_SECONDS = 60;

const supports: Supports = { SchedulingLoop: true, TaskLoop: true, ErrorHandlingLoop: true };
const source = readFileSync(path.join(repository, 'examples/src/custom-loop.ts'), 'utf8');
const cache = path.join(repository, 'examples/.cache');
mkdirSync(cache, { recursive: true });
const directory = mkdtempSync(path.join(cache, 'mutants-'));

// A broken loop may sleep for an hour, or for ever, and nothing wakes it: its timers end with this file.
const { setTimeout: startTimer } = globalThis;
const timers: NodeJS.Timeout[] = [];
globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
  const timer = startTimer(...args);
  timers.push(timer);
  return timer;
}, startTimer);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  globalThis.setTimeout = startTimer;
  for (const timer of timers) clearTimeout(timer);
});

/** Runs the kit on the loop of a module up to the first failing case; returns its name, or `null`. */
async function firstFailureOf(text: string, name: string, timeout: number): Promise<string | null> {
  const file = path.join(directory, `${name}.ts`);
  writeFileSync(file, text);
  const { CustomLoop } = (await import(file)) as { CustomLoop: new () => object };
  return await firstFailure(() => new CustomLoop(), supports, timeout);
}

async function firstFailure(
  createLoop: () => object,
  supports: Supports,
  timeout: number,
): Promise<string | null> {
  const cases: [string, () => Promise<void>][] = [];
  conformance({
    test: (title, check) => cases.push([title, check]),
    createLoop,
    supports,
    timeout,
  });
  for (const [title, check] of cases) {
    try {
      await check();
    } catch {
      return title;
    }
  }
  return null;
}

test('the loop as it is passes the kit', async () => {
  expect(await firstFailureOf(source, 'unbroken', UNBROKEN_SECONDS)).toBeNull();
});

test('every mutation changes one place of the example', () => {
  const places = mutations.map(([fault, original]) => [fault, source.split(original).length - 1]);
  expect(places.filter(([, count]) => count !== 1)).toEqual([]);
});

test.each(sampleOf(mutations, 5).map((mutation, index) => [mutation[0], mutation, index] as const))(
  'the kit notices when %s',
  async (_fault, [, original, broken], index) => {
    const mutant = source.replace(original, () => broken);
    expect(await firstFailureOf(mutant, `mutant-${index}`, BROKEN_SECONDS)).not.toBeNull();
  },
);

test('the kit notices when a signal handler is not removed', async () => {
  class Signalled extends withSignals(CustomLoop) {
    override removeSignalHandler(): boolean {
      return true;
    }
  }
  const failed = await firstFailure(() => new Signalled(), { ...supports, SignalLoop: true }, BROKEN_SECONDS);
  expect(failed).toMatch(/^SignalLoop: /);
  process.removeAllListeners('SIGWINCH');
});
