// A loop under the mock timers of `node:test`.
import { mock } from 'node:test';
import { run, sleep } from 'bight';

mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'setImmediate', 'Date'] });
console.log(await run(() => sleep(0.01, { result: 'slept' })));
mock.timers.reset();
