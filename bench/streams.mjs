// The cost of streams without a socket: an async function awaits a message, writes it, and drains. The transport does
// nothing.
//
//   pnpm build && node bench/streams.mjs
import { getRunningLoop, run, StreamReader, StreamReaderProtocol } from 'bight';
import { median, nanosecondsPerOperation } from './lib/rounds.mjs';

const CONNECTIONS = 100;
const MESSAGES = 3_000;
const ROUNDS = 7;
const message = Buffer.alloc(1024);

let written = 0;
const transport = {
  write() {
    written++;
  },
  isClosing: () => false,
  getWriteBufferSize: () => 0,
  getExtraInfo: () => null,
  close() {},
};

async function echo(reader, writer) {
  for (let data = await reader.read(65_536); data.length > 0; data = await reader.read(65_536)) {
    writer.write(data);
    await writer.drain();
  }
}

/** Delivers a message to each protocol, repeatedly, like a selector for which all are readable. */
function feed(loop, protocols, messages) {
  return new Promise((resolve) => {
    let left = messages;
    const all = () => {
      for (const protocol of protocols) protocol.dataReceived(message);
      left--;
      loop.callSoon(afterReaders);
    };
    // By then the readers have been resumed.
    const afterReaders = () => loop.callSoon(left > 0 ? all : resolve);
    all();
  });
}

await run(async () => {
  const loop = getRunningLoop();
  const protocols = Array.from({ length: CONNECTIONS }, () => {
    const protocol = new StreamReaderProtocol(new StreamReader({ loop }), echo, loop);
    protocol.connectionMade(transport);
    return protocol;
  });
  await loop.createTask(async () => {});
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = written;
    rounds.push(await nanosecondsPerOperation(CONNECTIONS * MESSAGES, () => feed(loop, protocols, MESSAGES)));
    if (written - before !== CONNECTIONS * MESSAGES) throw new Error('a message was not answered');
  }
  console.log(`node ${process.versions.node}: ${median(rounds).toFixed(0)} ns a message`);
  for (const protocol of protocols) protocol.connectionLost(null);
});
