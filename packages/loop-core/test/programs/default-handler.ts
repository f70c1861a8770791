// What the default exception handler writes.
import { newEventLoop } from '@bight/loop-core';

const loop = newEventLoop();
loop.callSoon(
  function failing(_argument: unknown) {
    throw new Error('broken', { cause: new RangeError('the reason') });
  },
  [5],
);
loop.callSoon(() => loop.stop());
await loop.runForever();
loop.close();
