// Reads lines from a terminal and answers in capitals, until it hangs up. Arguments: two descriptors of it.
import { Protocol, type WriteTransport } from '@bight/loop-abstract';
import { inLoop } from '../support/subprocess-loop.js';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];

await inLoop(async (loop) => {
  const lost = loop.createFuture<Error | null>();
  const [output] = await loop.connectWritePipe(() => new Protocol(), to);
  class Reader extends Protocol {
    override dataReceived(data: Buffer): void {
      (output as WriteTransport).write(Buffer.from(String(data).toUpperCase()));
    }
    override connectionLost(exception: Error | null): void {
      lost.setResult(exception);
    }
  }
  const [input] = await loop.connectReadPipe(() => new Reader(), from);
  console.error(`connected ${input.isReading()}`);
  const exception = (await lost) as NodeJS.ErrnoException | null;
  console.error(`lost ${exception?.code ?? null}`);
  output.abort();
});
