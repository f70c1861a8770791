// runtimes: node bun deno
// A signal reaches its handler through the loop, and no other one.
import assert from 'node:assert/strict';
import process from 'node:process';
import { CoreEventLoop } from '@bight/loop-core';
import { withSignals } from '@bight/loop-signals';

class SignalLoop extends withSignals(CoreEventLoop) {}

const loop = new SignalLoop();
const calls = [];
loop.addSignalHandler(
  'SIGUSR2',
  (...args) => {
    calls.push(args);
    loop.stop();
  },
  ['a', 1],
);
loop.addSignalHandler('SIGHUP', () => calls.push('SIGHUP'));
assert.equal(loop.removeSignalHandler('SIGHUP'), true);
assert.throws(() => loop.addSignalHandler('SIGKILL', () => {}), { name: 'ValueError' });
loop.callSoon(() => process.kill(process.pid, 'SIGUSR2'));
await loop.runForever();
loop.close();
assert.deepEqual(calls, [['a', 1]]);
assert.throws(() => loop.addSignalHandler('SIGUSR2', () => {}), { name: 'RuntimeError' });
