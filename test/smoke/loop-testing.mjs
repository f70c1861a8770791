// A day passes at once.
import assert from 'node:assert/strict';
import { gather, sleep } from '@bight/loop-core';
import { VirtualEventLoop } from '@bight/loop-testing';
import '@bight/loop-testing/conformance';

const loop = new VirtualEventLoop();
const began = performance.now();
await loop.runUntilComplete(async () => {
  await gather([() => sleep(86_400), () => sleep(3600)]);
  assert.equal(loop.time(), 86_400);
});
loop.close();
assert.ok(performance.now() - began < 60_000);
