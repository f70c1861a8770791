import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AbstractFuture, AbstractServer, SocketLike, SocketLoop } from '@bight/loop-abstract';
import { AF_UNIX, SOCK_DGRAM, Socket, socketpair } from '@bight/sockets';
import { afterAll, describe, expect, test } from '@jest/globals';
import { closeAll } from '../../../../test/support/close-all.js';
import { Recording } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, type TestLoop } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';

const directory = mkdtempSync(path.join(tmpdir(), 'bight-outside-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = path.join(directory, 'file');
writeFileSync(file, 'content');
let names = 0;

type Call = (loop: TestLoop) => AbstractFuture<unknown>;
/** Prepares something inside of the loop; what it returns is called outside. */
type Prepare = (loop: TestLoop) => Promise<Call>;

const recording = (loop: TestLoop) => () => new Recording(loop);
const idle = (loop: TestLoop, options: object = {}): Promise<AbstractServer> =>
  Promise.resolve(loop.createServer(recording(loop), { host: '127.0.0.1', startServing: false, ...options }));

/** Every coroutine method of the network, ready to be called. */
const methods: Record<string, Prepare> = {
  createServer: async () => (loop) => loop.createServer(recording(loop), { host: '127.0.0.1', port: 0 }),
  createUnixServer: async () => (loop) =>
    loop.createUnixServer(recording(loop), { path: path.join(directory, `server-${++names}`) }),
  createConnection: async (loop) => {
    const { host, port } = await serve(loop, recording(loop));
    return () => loop.createConnection(recording(loop), { host, port });
  },
  'createConnection, to a name': async (loop) => {
    const { port } = await serve(loop, recording(loop));
    return () => loop.createConnection(recording(loop), { host: 'localhost', port, family: 2 });
  },
  'createConnection, with TLS': async (loop) => {
    const { ca, server } = certificates();
    const ssl = new SSLContext({ cert: server.cert, key: server.key });
    const { port } = await serve(loop, recording(loop), { ssl });
    const client = { ssl: createDefaultContext({ ca: ca.cert }), serverHostname: 'localhost' };
    return () => loop.createConnection(recording(loop), { host: '127.0.0.1', port, ...client });
  },
  createUnixConnection: async (loop) => {
    const name = path.join(directory, `server-${++names}`);
    await loop.createUnixServer(recording(loop), { path: name });
    return () => loop.createUnixConnection(recording(loop), { path: name });
  },
  createDatagramEndpoint: async () => (loop) =>
    loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
      localAddr: { host: '127.0.0.1', port: 0 },
    }),
  connectAcceptedSocket: async () => (loop) => {
    const [mine, other] = socketpair();
    other.close();
    return loop.connectAcceptedSocket(recording(loop), mine);
  },
  getaddrinfo: async () => (loop) => loop.getaddrinfo('localhost', 80),
  getnameinfo: async () => (loop) => loop.getnameinfo({ host: '127.0.0.1', port: 80 }, { flags: 3 }),
  sendfile: async (loop) => {
    const { transport } = await recordingPair(loop);
    const fd = openSync(file, 'r');
    return () => {
      const sent = loop.sendfile(transport, fd);
      sent.addDoneCallback(() => closeSync(fd));
      return sent;
    };
  },
  startTls: async (loop) => {
    const { client, accepted, transport } = await recordingPair(loop);
    const { ca, server } = certificates();
    const context = new SSLContext({ cert: server.cert, key: server.key });
    return () => {
      const options = { serverHostname: 'localhost' };
      const one = loop.startTls(transport, client, createDefaultContext({ ca: ca.cert }), options);
      void loop.startTls(accepted.transport, accepted, context, { serverSide: true });
      return one;
    };
  },
  'server.startServing': async (loop) => {
    const server = await idle(loop);
    return () => server.startServing();
  },
  'server.waitClosed': async (loop) => {
    const server = await idle(loop);
    return () => {
      const closed = server.waitClosed();
      server.close();
      return closed;
    };
  },
  'server.serveForever': async (loop) => {
    const server = await idle(loop);
    return () => {
      const forever = server.serveForever();
      loop.callSoon(() => loop.callSoon(() => loop.callSoon(() => forever.cancel())));
      const over = loop.createFuture<void>();
      forever.addDoneCallback(() => over.setResult(undefined));
      return over;
    };
  },
  'server.close, with grace': async (loop) => {
    const server = await idle(loop);
    return () => server.close({ grace: 0.01 }) as AbstractFuture<void>;
  },
};

type SocketMethod = (loop: SocketLoop, one: Socket, other: Socket) => AbstractFuture<unknown>;

/** What each needs of the other end is done before. */
const socketMethods: Record<string, SocketMethod> = {
  sockRecv: (loop, one, other) => {
    other.send(Buffer.from('x'));
    return loop.sockRecv(one, 10);
  },
  'sockRecv, which waits': (loop, one, other) => {
    const received = loop.sockRecv(one, 10);
    other.send(Buffer.from('x'));
    return received;
  },
  sockRecvInto: (loop, one, other) => {
    other.send(Buffer.from('x'));
    return loop.sockRecvInto(one, Buffer.alloc(3));
  },
  sockSendall: (loop, one) => loop.sockSendall(one, Buffer.from('x')),
  sockSendfile: (loop, one) => {
    const fd = openSync(file, 'r');
    const sent = loop.sockSendfile(one, fd);
    sent.addDoneCallback(() => closeSync(fd));
    return sent;
  },
  sockAccept: (loop) => {
    const listening = new Socket();
    listening.bind({ host: '127.0.0.1', port: 0 });
    listening.listen({ backlog: 1 });
    listening.setblocking(false);
    const client = new Socket();
    void loop.sockConnect(client, listening.getsockname());
    const accepted: AbstractFuture<[SocketLike, unknown]> = loop.sockAccept(listening as SocketLike);
    accepted.addDoneCallback(() => {
      (accepted.result()[0] as Socket).close();
      listening.close();
      client.close();
    });
    return accepted;
  },
  sockConnect: (loop) => {
    const listening = new Socket();
    listening.bind({ host: '127.0.0.1', port: 0 });
    listening.listen({ backlog: 1 });
    const client = new Socket();
    const { port } = listening.getsockname();
    const connected = loop.sockConnect(client, { host: 'localhost', port });
    connected.addDoneCallback(() => {
      listening.close();
      client.close();
    });
    return connected;
  },
};

const datagramMethods: Record<string, SocketMethod> = {
  sockRecvfrom: (loop, one, other) => {
    other.send(Buffer.from('x'));
    return loop.sockRecvfrom(one, 10);
  },
  sockRecvfromInto: (loop, one, other) => {
    other.send(Buffer.from('x'));
    return loop.sockRecvfromInto(one, Buffer.alloc(3));
  },
  sockSendto: (loop, one) => loop.sockSendto(one, Buffer.from('x'), one.getsockname()),
};

/** Calls a method outside of its loop, and runs the loop until what it returned is done. */
async function callOutside(loop: TestLoop, call: () => AbstractFuture<unknown>): Promise<unknown> {
  const reports: unknown[] = [];
  loop.setExceptionHandler((_, { exception, message }) => reports.push(exception ?? message));
  const returned = call();
  try {
    return await loop.runUntilComplete(returned as AbstractFuture<void>);
  } finally {
    expect(reports).toEqual([]);
  }
}

describe.each(drivers)('$name: a coroutine method called outside of the running loop', ({ name, Loop }) => {
  test.each(Object.entries(methods))('%s', async (_, prepare) => {
    const loop = new Loop();
    try {
      const call = (await loop.runUntilComplete(() => prepare(loop))) as Call;
      await callOutside(loop, () => call(loop));
      await loop.runUntilComplete(() => closeAll(loop));
    } finally {
      loop.close();
    }
  });

  if (name !== 'proactor') {
    const all = [
      ...Object.entries(socketMethods).map(([method, call]) => ({ method, call, type: undefined })),
      ...Object.entries(datagramMethods).map(([method, call]) => ({ method, call, type: SOCK_DGRAM })),
    ];
    test.each(all)('$method', async ({ method, call, type }) => {
      const loop = new Loop() as TestLoop & SocketLoop;
      const [one, other] =
        method === 'sockSendto'
          ? [boundDatagramSocket(), new Socket()]
          : socketpair({ family: AF_UNIX, ...(type === undefined ? {} : { type }) });
      for (const socket of [one, other]) socket.setblocking(false);
      try {
        await callOutside(loop, () => call(loop, one, other));
        await loop.runUntilComplete(() => closeAll(loop));
      } finally {
        one.close();
        other.close();
        loop.close();
      }
    });
  }
});

function boundDatagramSocket(): Socket {
  const socket = new Socket({ type: SOCK_DGRAM });
  socket.bind({ host: '127.0.0.1', port: 0 });
  return socket;
}
