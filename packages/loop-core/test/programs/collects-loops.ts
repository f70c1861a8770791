import { setImmediate as turn } from 'node:timers/promises';
import { CoreEventLoop } from '@bight/loop-core';
import { runsFinalizers } from '../../../../test/support/finalizers.js';

// Has the garbage collector take an async generator first and its loop right after it, and prints whether finalizers
// are still called: before version 14.2 V8 calls none any more, once a registry has died that had some to call.

async function* numbers() {
  yield 1;
}

const collectGarbage = globalThis.gc as () => void;
const loops = [new CoreEventLoop()];
(() => {
  loops[0]?.trackAsyncgen(numbers());
  loops[0]?.close();
})();
await turn();
collectGarbage();
(() => loops.pop())();
collectGarbage();
await turn();

console.log((await runsFinalizers(collectGarbage)) ? 'called' : 'not called');
