// Fails to start as many processes as its argument says, in every way.
import { STDOUT } from '@bight/loop-abstract';
import { countDescriptors } from '../../../../test/support/system.js';
import { inLoop } from '../support/subprocess-loop.js';

const ROUNDS = Number(process.argv[2]);

await inLoop(async (loop) => {
  let failures = 0;
  const fail = async (round: number) => {
    // One in fifty makes a pair of sockets, which takes longer.
    const options = round % 50 === 0 ? { stderr: STDOUT as typeof STDOUT } : {};
    const program = round % 2 === 0 ? '/nonexistent' : '/etc/passwd';
    try {
      await loop.subprocessExec(() => ({}), program, [], options);
    } catch {
      failures++;
    }
  };
  for (let round = 0; round < 100; round++) await fail(round);
  const before = countDescriptors('');
  for (let round = 100; round < ROUNDS; round++) await fail(round);
  while (countDescriptors('') > before) await new Promise((resolve) => setTimeout(resolve, 1));
  console.log(`${failures} failures, ${countDescriptors('') - before} descriptors more`);
});
