import { CoreEventLoop, sleep } from '@bight/loop-core';
import { WebHost } from '@bight/loop-core/low-level';

// The message ports of this host would keep the process alive for ever: before the first run, and after the last.
new CoreEventLoop({ host: new WebHost() });
const loop = new CoreEventLoop({ host: new WebHost() });
loop.callLater(60, () => console.log('never'));
await loop.runUntilComplete(async () => {
  await sleep(0);
  await sleep(0.001);
});
loop.close();
console.log('done');
