import { PIPE } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, ok } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

/** Processes. */
export const processCases = (bight: HighLevel): CaseDefinition[] => [
  ...suite(
    'SubprocessLoop',
    'of bight,',
    (define) => {
      define('createSubprocessExec() gives a Process to communicate with', async ({ task }) => {
        const output = await task(async () => {
          const process = await bight.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
          ok(process instanceof bight.Process);
          const [read] = await process.communicate(Buffer.from('through cat'));
          return String(read);
        });
        equal(output, 'through cat');
      });

      define('createSubprocessShell() runs a command in a shell', async ({ task }) => {
        const outcome = await task(async () => {
          const process = await bight.createSubprocessShell('read line; echo "got $line"; exit 3', {
            stdin: PIPE,
            stdout: PIPE,
          });
          const [read] = await process.communicate(Buffer.from('input\n'));
          return [String(read), await process.wait()];
        });
        deepEqual(outcome, ['got input\n', 3]);
      });
    },
    { states: WITH_SYSTEM },
  ),
];
