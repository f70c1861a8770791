// Runs until SIGINT or SIGTERM comes. After "Set signal handlers for SIGINT and SIGTERM".
import { type AbstractEventLoop, getRunningLoop, RuntimeError, run, sleep } from 'bight';

function askExit(signal: string, loop: AbstractEventLoop): void {
  console.log(`got signal ${signal}: exit`);
  loop.stop();
}

async function main(): Promise<void> {
  const loop = getRunningLoop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    loop.addSignalHandler(signal, askExit, [signal, loop]);
  }
  console.log('Event loop running for 1 hour, press Ctrl+C to interrupt.');
  console.log(`pid ${process.pid}: send SIGINT or SIGTERM to exit.`);
  await sleep(3600);
}

try {
  await run(main);
} catch (error) {
  // After stop() main() never ends, and run() throws an error; here that is intended.
  if (!(error instanceof RuntimeError)) throw error;
}
