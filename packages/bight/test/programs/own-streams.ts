// Connects its own standard streams to transports, and goes on using them: by itself, and in threads.
import { BaseProtocol, ProactorEventLoop, Protocol, run, SelectorEventLoop, toThread } from 'bight';

const [kind = 'proactor'] = process.argv.slice(2);
const Loop = kind === 'selector' ? SelectorEventLoop : ProactorEventLoop;
const loop = new Loop();

class Input extends Protocol {
  readonly received = loop.createFuture<string>();
  #text = '';
  override dataReceived(data: Buffer): void {
    this.#text += data;
  }
  override eofReceived(): void {
    this.received.setResult(this.#text);
  }
}

class Output extends BaseProtocol {
  readonly lost = loop.createFuture<void>();
  override connectionLost(): void {
    this.lost.setResult();
  }
}

async function main() {
  for (const fd of [1, 2]) {
    for (const round of ['first', 'second']) {
      const [transport, output] = await loop.connectWritePipe(() => new Output(), fd);
      transport.write(Buffer.from(`${round} by the transport\n`));
      transport.close();
      await output.lost;
    }
  }
  console.log('by console.log');
  console.error('by console.error');
  console.log(await toThread((a: number, b: number) => a + b, [1, 2]));
  const [input] = [await loop.connectReadPipe(() => new Input(), 0)].map(([, protocol]) => protocol);
  console.log(`read ${await input!.received}`);
}

await run(main, { loopFactory: () => loop });
console.log('after the loop');
