import { CoreEventLoop, sleep } from '@bight/loop-core';

const loop = new CoreEventLoop();
// The other end is never taken.
const port = loop.exposeThreadsafe({ add: (a: number, b: number) => a + b });
await loop.runUntilComplete(() => sleep(0.01));
loop.close();
console.log(port === undefined ? 'no port' : 'closed');
