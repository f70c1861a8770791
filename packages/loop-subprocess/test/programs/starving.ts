// Starts a process when there are no descriptors left.
import { closeSync, openSync } from 'node:fs';
import { Recorder } from '../support/recorder.js';
import { inLoop } from '../support/subprocess-loop.js';

await inLoop(async (loop) => {
  // So that everything is loaded.
  const first = new Recorder(loop);
  await loop.subprocessExec(() => first, 'true');
  await first.lost;
  const taken: number[] = [];
  try {
    while (true) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // All are taken.
  }
  const outcome = await loop
    .subprocessExec(() => ({}), 'true')
    .then(
      () => 'started',
      (error: unknown) => String((error as NodeJS.ErrnoException).code),
    );
  for (const fd of taken) closeSync(fd);
  console.log(outcome);
  const recorder = new Recorder(loop);
  const [transport] = await loop.subprocessExec(() => recorder, 'true');
  await recorder.lost;
  console.log(`started: ${transport.getReturncode()}`);
});
