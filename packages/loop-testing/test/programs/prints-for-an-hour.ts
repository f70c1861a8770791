// A simulation that prints, with an hour of virtual time between its lines. Its standard output and standard error are
// pipes, which Node opens when they are used for the first time.
import { sleep } from '@bight/loop-core';
import { simulate } from '@bight/loop-testing';

await simulate(async (loop) => {
  for (let hour = 0; hour < 3; hour++) {
    console.log(loop.time());
    console.error(loop.time());
    await sleep(3600);
  }
});
