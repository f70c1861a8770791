import { setNodeInternals } from '@bight/contextvars/low-level';
import { expect, test } from '@jest/globals';
import { provideNativeParts } from '../../src/native/native-parts.js';
import { Recorder } from '../support/recorder.js';
import { inLoop } from '../support/subprocess-loop.js';

setNodeInternals(false);
// Without the addon the children get pipes of Node's own.
provideNativeParts(null);

test("the pipes of a process have no descriptor where only Node's internals have it", async () => {
  const found = await inLoop(async (loop) => {
    const [transport, recorder] = await loop.subprocessExec(() => new Recorder(loop), 'cat');
    const descriptors = [0, 1, 2].map((fd) => {
      const pipe = transport.getPipeTransport(fd)!.getExtraInfo('pipe') as { fileno(): number };
      return pipe.fileno();
    });
    transport.getPipeTransport(0)!.close();
    await recorder.lost;
    return descriptors;
  });
  expect(found).toEqual([-1, -1, -1]);
});
