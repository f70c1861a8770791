// What `require()` and `import` give is the same, in whatever order a program uses them.
const assert = require('node:assert/strict');
const contextvars = require('@bight/contextvars');
const bight = require('bight');

const total = new bight.ContextVar('total', { default: 0 });

async function main() {
  total.set(1);
  await bight.sleep(0);
  assert.equal(total.get(), 1);
  assert.equal(await bight.toThread((value) => value + 1, [1]), 2);
}

async function check() {
  assert.equal((await import('@bight/contextvars')).ContextVar, contextvars.ContextVar);
  assert.equal((await import('bight')).Task, bight.Task);
  assert.equal(
    (await import('@bight/loop-core/low-level')).enterFromHost,
    require('@bight/loop-core/low-level').enterFromHost,
  );
  await bight.run(main);
}

void check();
