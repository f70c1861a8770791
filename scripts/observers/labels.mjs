// Samples a program of tasks and callbacks with the profiler of @datadog/pprof: samples must have the label of the
// running code. With the argument `cped` the profiler reads labels from Node's context map (if Node has one); otherwise
// the program sets them itself.
import assert from 'node:assert/strict';
import process from 'node:process';
import { load, loadBight } from './load.mjs';

const { time } = await load('@datadog/pprof');
// The profiler does not support versions before Node 22.
const [major] = process.versions.node.split('.').map(Number);
const useCPED = process.argv[2] === 'cped' && major >= 24;
const bight = await loadBight();

function spin(milliseconds) {
  const end = performance.now() + milliseconds;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}

async function inTask() {
  for (let count = 0; count < 20; count++) {
    spin(5);
    await bight.sleep(0);
  }
}

async function inCallbacks() {
  const loop = bight.getRunningLoop();
  for (let count = 0; count < 20; count++) {
    const future = loop.createFuture();
    loop.callSoon(() => {
      spin(5);
      future.setResult();
    });
    await future;
  }
}

async function inNode() {
  for (let count = 0; count < 20; count++) {
    spin(5);
    await new Promise(setImmediate);
  }
}

/** The number of samples with the label, and of all samples. */
async function sample(start) {
  time.start({
    durationMillis: 60_000,
    intervalMicros: 1000,
    withContexts: true,
    useCPED,
    lineNumbers: false,
    collectCpuTime: false,
    collectAsyncId: false,
    workaroundV8Bug: false,
  });
  const context = { label: 'mine' };
  if (useCPED) await time.runWithContext(context, start);
  else {
    time.setContext(context);
    await start();
  }
  const profile = time.stop(false, ({ context: found }) => found?.context ?? {});
  const texts = profile.stringTable.strings;
  let [labelled, all] = [0, 0];
  for (const { value, label } of profile.sample) {
    all += Number(value[0]);
    if (label.some(({ str }) => texts[Number(str)] === 'mine')) labelled += Number(value[0]);
  }
  return { labelled, all };
}

const plain = await sample(inNode);
assert.ok(plain.labelled > 0, 'the profiler labels nothing at all');
for (const Loop of [bight.SelectorEventLoop, bight.ProactorEventLoop]) {
  for (const work of [inTask, inCallbacks]) {
    const { labelled, all } = await sample(() => bight.run(work, { loopFactory: () => new Loop() }));
    console.log(
      `${Loop.name}, ${work.name}: ${labelled} of ${all}; plain: ${plain.labelled} of ${plain.all}`,
    );
    // Under load there are few samples; none at all would be the fault.
    assert.ok(labelled > all / 4, `${Loop.name}, ${work.name}: ${labelled} of ${all} samples have the label`);
  }
}
process.exit();
