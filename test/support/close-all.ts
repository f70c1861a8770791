import type { CoreEventLoop, LiveHandle } from '../../packages/loop-core/src/index.js';

/**
 * Closes the servers and connections that a test has not closed itself, and waits until they are no longer among the
 * live handles of the loop. What stays there is a leak, and fails the test (./open-handles.ts).
 */
export async function closeAll(loop: CoreEventLoop): Promise<void> {
  for (const { handle } of openIn(loop)) {
    const { abort, close } = handle as { abort?(): void; close?(): void };
    if (abort !== undefined) abort.call(handle);
    else close?.call(handle);
  }
  // A connection may take several turns of the host to end, and to notify both sides.
  for (let turn = 0; turn < 100 && openIn(loop).length > 0; turn++) {
    await new Promise((resolve) => loop.callLater(0.001, resolve, [undefined]));
  }
}

function openIn(loop: CoreEventLoop): LiveHandle[] {
  return loop.liveHandles().filter(({ kind }) => /transport|server/.test(kind));
}
