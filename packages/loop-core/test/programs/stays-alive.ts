// A loop that runs with nothing to do keeps the process alive, until something outside of it stops it.
import { newEventLoop } from '@bight/loop-core';

const loop = newEventLoop();
setTimeout(() => loop.stop(), 50).unref();
await loop.runForever();
loop.close();
console.log('stopped');
