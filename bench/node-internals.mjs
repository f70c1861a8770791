// The gain from Node's internals: each operation with BIGHT_NODE_INTERNALS=on and =off, in processes of their own, in
// turn; the least of all rounds in nanoseconds. Build first, then run `node bench/node-internals.mjs [rounds]` with the
// Node to measure.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Context, ContextVar, getRunningLoop, ProactorEventLoop, run, sleep } from 'bight';

const COUNT = 20_000;
const file = fileURLToPath(import.meta.url);

if (process.argv[2] === 'measure') console.log(JSON.stringify(await measure()));
else compare(Number(process.argv[2] ?? 5));

async function measure() {
  const variable = new ContextVar('v', { default: 0 });
  const context = new Context();
  const figures = {};
  const note = async (name, operation) => {
    for (let round = 0; round < 20; round++) {
      const started = process.hrtime.bigint();
      await operation();
      const nanoseconds = Number(process.hrtime.bigint() - started) / COUNT;
      figures[name] = Math.min(figures[name] ?? Number.POSITIVE_INFINITY, nanoseconds);
    }
  };
  const repeat = (operation) => () => {
    for (let index = 0; index < COUNT; index++) operation();
  };
  const main = async () => {
    const loop = getRunningLoop();
    await note(
      'variable.get()',
      repeat(() => variable.get()),
    );
    await note(
      'context.run(fn)',
      repeat(() => context.run(() => 1)),
    );
    await note('loop.callSoon(fn), and its call', async () => {
      const done = loop.createFuture();
      for (let index = 1; index < COUNT; index++) loop.callSoon(() => {});
      loop.callSoon(() => done.setResult());
      await done;
    });
    await note('await sleep(0)', async () => {
      for (let index = 0; index < COUNT; index++) await sleep(0);
    });
  };
  await run(main, { loopFactory: () => new ProactorEventLoop() });
  return figures;
}

function compare(rounds) {
  const least = {};
  for (let round = 0; round < rounds; round++) {
    for (const setting of ['on', 'off']) {
      const env = { ...process.env, BIGHT_NODE_INTERNALS: setting };
      const { stdout } = spawnSync(process.execPath, [file, 'measure'], { env, encoding: 'utf8' });
      for (const [name, nanoseconds] of Object.entries(JSON.parse(stdout))) {
        least[name] ??= {};
        least[name][setting] = Math.round(
          Math.min(least[name][setting] ?? Number.POSITIVE_INFINITY, nanoseconds),
        );
      }
    }
  }
  console.log(process.version);
  console.table(least);
}
