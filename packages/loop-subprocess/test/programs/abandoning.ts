// Ends while a process of its own, which is detached, still runs.
import { DEVNULL } from '@bight/loop-abstract';
import { inLoop } from '../support/subprocess-loop.js';

await inLoop(async (loop) => {
  const options = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL, detached: true } as const;
  const [transport] = await loop.subprocessExec(() => ({}), 'sleep', ['1000'], options);
  process.on('exit', () => process.kill(transport.getPid(), 'SIGKILL'));
});
console.log('over');
