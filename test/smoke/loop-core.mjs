// runtimes: node bun deno
// Tasks, timers, cancellation and contexts on the core loop; the trace is the one that CPython prints.
import assert from 'node:assert/strict';
import { ContextVar } from '@bight/contextvars';
import {
  CoreEventLoop,
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  TaskGroup,
  timeout,
  waitFor,
} from '@bight/loop-core';

const trace = [];
const who = new ContextVar('who', { default: 'main' });
const loopFactory = () => new CoreEventLoop();

async function worker(name, turns) {
  who.set(name);
  for (let turn = 0; turn < turns; turn++) {
    trace.push(`${who.get()} ${turn}`);
    await sleep(0);
  }
  return name;
}

function* generatorWorker() {
  trace.push('generator starts');
  const result = yield* sleep(0, { result: 'slept' });
  trace.push(`generator ${result}`);
  return result;
}

async function main() {
  const loop = getRunningLoop();
  const started = loop.time();
  loop.callSoon((text) => trace.push(text), ['soon']);
  const results = await gather([() => worker('a', 2), () => worker('b', 1), generatorWorker]);
  assert.deepEqual(results, ['a', 'b', 'slept']);
  assert.deepEqual(trace, ['soon', 'a 0', 'b 0', 'generator starts', 'a 1', 'generator slept']);
  assert.equal(who.get(), 'main');

  const stuck = createTask(() => sleep(1e6), { name: 'stuck' });
  await sleep(0);
  stuck.cancel('enough');
  await assert.rejects(async () => stuck, { name: 'CancelledError' });
  assert.ok(stuck.cancelled());

  await assert.rejects(async () => waitFor(sleep(1e6), 0.01), { name: 'TimeoutError' });
  await assert.rejects(async () => timeout(0.01).run(() => sleep(1e6)), { name: 'TimeoutError' });

  const failure = TaskGroup.run(async (group) => {
    group.createTask(async () => {
      throw new Error('child');
    });
    await sleep(1e6);
  });
  await assert.rejects(async () => failure, { name: 'AggregateError' });
  assert.ok(loop.time() - started < 30);
  return 'done';
}

assert.equal(await run(main, { loopFactory }), 'done');
assert.throws(() => getRunningLoop(), { name: 'RuntimeError' });
