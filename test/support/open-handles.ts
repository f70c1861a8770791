// Runs before every test file: notes the loops that a test uses, so that what it leaves open in them fails it, and
// counts the expectations that fail (see ./strict-environment.mjs, which asks for both when the test is over).
import { expect, jest } from '@jest/globals';
import type * as core from '../../packages/loop-core/src/index.js';
import type { CoreEventLoop, LiveHandle } from '../../packages/loop-core/src/index.js';

interface Leftover {
  loop: string;
  handles: { description: string; stack: string | undefined }[];
}

let used = new Set<WeakRef<CoreEventLoop>>();
const aside = new Set<WeakRef<CoreEventLoop>>();
const known = new WeakSet<CoreEventLoop>();

/** The loops that were used before a test are not the test's. */
function setAside(): void {
  for (const loop of used) aside.add(loop);
  used.clear();
}

function bringBack(): void {
  used = new Set([...aside, ...used]);
}

/** What is open in the loops that were used for the first time since the last call. */
function take(): Leftover[] {
  const loops = [...used].flatMap((reference) => reference.deref() ?? []);
  used.clear();
  return loops
    .map((loop) => ({
      loop: String(loop),
      handles: loop
        .liveHandles()
        .filter((entry) => !isOnItsWayOut(entry))
        .map(({ kind, handle, stack }) => ({ description: `${kind}: ${nameOf(handle)}`, stack })),
    }))
    .filter(({ handles }) => handles.length > 0);
}

function nameOf(handle: object): string {
  const text = String(handle);
  return text.startsWith('[object ') ? handle.constructor.name : text;
}

/** It was closed, but its loop ended before it could be unregistered. */
function isOnItsWayOut({ handle }: LiveHandle): boolean {
  return (handle as { isClosing?(): boolean }).isClosing?.() ?? false;
}

/** How many expectations of the running test have failed. */
function failedExpectations(): number {
  const { assertionCalls, numPassingAsserts } = expect.getState();
  return assertionCalls - numPassingAsserts;
}
(globalThis as Record<symbol, unknown>)[Symbol.for('bight.test.failedExpectations')] = failedExpectations;

// The tests of contextvars are about how that package is loaded, and know no loops. Those of loop-testing are about
// what is left open, on loops that hold nothing of the system's; its fixtures check the live handles themselves.
const exempt = /[\\/]packages[\\/](contextvars|loop-testing)[\\/]/;

if (!exempt.test(expect.getState().testPath ?? '')) {
  // Not by `import()`, which would be too late, nor by a static import, which would be too early.
  const { CoreEventLoop } = jest.requireActual<typeof core>(
    '../../packages/loop-core/src/loop/event-loop.js',
  );
  const { runForever } = CoreEventLoop.prototype;
  CoreEventLoop.prototype.runForever = function () {
    if (!known.has(this)) used.add(new WeakRef(this));
    known.add(this);
    return runForever.call(this);
  };
  (globalThis as Record<symbol, unknown>)[Symbol.for('bight.test.openHandles')] = {
    setAside,
    bringBack,
    take,
  };
}
