// Its processes write to its own output and error output.
import { DEVNULL, STDOUT } from '@bight/loop-abstract';
import { Recorder } from '../support/recorder.js';
import { inLoop, type SubprocessEventLoop } from '../support/subprocess-loop.js';

async function runShell(loop: SubprocessEventLoop, cmd: string, stderr: null | typeof STDOUT) {
  const options = { stdin: DEVNULL, stdout: null, stderr };
  const [, recorder] = await loop.subprocessShell(() => new Recorder(loop), cmd, options);
  await recorder.lost;
}

await inLoop(async (loop) => {
  await runShell(loop, 'echo out', null);
  await runShell(loop, 'echo own err >&2', null);
  await runShell(loop, 'echo err >&2; echo merged', STDOUT);
});
