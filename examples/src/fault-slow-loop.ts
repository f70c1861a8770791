// A fault to find: a task computes for long between two waits, and keeps every other task waiting.
import { createTask, getRunningLoop, run, sleep } from 'bight';

/** Computes, and blocks the loop. */
function compute(milliseconds: number): number {
  let steps = 0;
  for (const until = performance.now() + milliseconds; performance.now() < until; ) steps++;
  return steps;
}

async function reports(): Promise<void> {
  for (;;) {
    await sleep(0.05);
    compute(1000);
  }
}

async function ticks(): Promise<void> {
  const loop = getRunningLoop();
  for (;;) {
    const due = loop.time() + 0.05;
    await sleep(0.05);
    console.log(`a tick, ${Math.round((loop.time() - due) * 1000)} ms late`);
  }
}

await run(async () => {
  createTask(reports, { name: 'reports' });
  await createTask(ticks, { name: 'ticks' });
});
