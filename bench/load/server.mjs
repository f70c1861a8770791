// The server of ../load.mjs, in a process of its own: an echo protocol, a stream that never ends, and a protocol that
// does not read until its parent ends it. Answers its parent's questions.
import { createHash } from 'node:crypto';
import { getRunningLoop, run, startServer } from 'bight';

const host = '127.0.0.1';
const backlog = 4096;
const flood = { transport: null, bytes: 0, hash: createHash('sha256') };
let fedBytes = 0;

class Echo {
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    this.transport.write(data);
  }
}

class Paused {
  connectionMade(transport) {
    flood.transport = transport;
    transport.pauseReading();
  }
  dataReceived(data) {
    flood.bytes += data.length;
    flood.hash.update(data);
  }
}

async function feed(_, writer) {
  const portion = Buffer.alloc(64 * 1024, 'x');
  try {
    for (;;) {
      writer.write(portion);
      await writer.drain();
      fedBytes += portion.length;
    }
  } catch {
    writer.close(); // The reader has gone.
  }
}

const answers = {
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  },
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  fed: () => fedBytes,
  resume: () => flood.transport.resumeReading(),
  flooded: () => ({ bytes: flood.bytes, hash: flood.hash.copy().digest('hex') }),
};

process.on('disconnect', () => process.exit());
await run(async () => {
  const loop = getRunningLoop();
  const echo = await loop.createServer(() => new Echo(), { host, backlog });
  const paused = await loop.createServer(() => new Paused(), { host, backlog });
  const feeding = await startServer(feed, { host, backlog });
  process.on('message', (question) =>
    loop.callSoonThreadsafe(() => process.send(answers[question]() ?? null)),
  );
  const ports = [echo, paused, feeding].map((server) => server.sockets[0].getsockname().port);
  process.send({ echo: ports[0], paused: ports[1], feed: ports[2], loop: loop.constructor.name });
  await loop.createFuture();
});
