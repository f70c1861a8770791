// Three ways to keep blocking work out of the event loop. Python's documentation has an example of it under "Executing
// code in thread or process pools". Argument: how many squares to add up (10,000,000).
import { getRunningLoop, ProcessPoolExecutor, run, ThreadPoolExecutor } from 'bight';

const [count = 1e7] = process.argv.slice(2).map(Number);

// Functions are sent to the workers as source text, so they import modules themselves.
async function blockingIo(): Promise<Uint8Array> {
  // File operations (such as logging) can block the event loop: run them in a thread pool.
  const { closeSync, openSync, readSync } = await import('node:fs');
  const bytes = new Uint8Array(100);
  const file = openSync('/dev/urandom', 'r');
  readSync(file, bytes);
  closeSync(file);
  return bytes;
}

function cpuBound(end: number): bigint {
  // CPU-bound operations will block the event loop: in general it is preferable to run them in a process pool.
  let sum = 0n;
  for (let i = 0n; i < end; i++) sum += i * i;
  return sum;
}

async function main(): Promise<void> {
  const loop = getRunningLoop();

  // 1. Run in the default loop's executor:
  console.log('default thread pool', await loop.runInExecutor(null, blockingIo));

  // 2. Run in a custom thread pool:
  {
    await using pool = new ThreadPoolExecutor();
    console.log('custom thread pool', await loop.runInExecutor(pool, blockingIo));
  }

  // 3. Run in a custom process pool:
  {
    await using pool = new ProcessPoolExecutor();
    console.log('custom process pool', await loop.runInExecutor(pool, cpuBound, [count]));
  }
}

await run(main);
