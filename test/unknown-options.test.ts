import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import * as bight from '../packages/bight/src/index.js';
import { HAMT } from '../packages/contextvars/src/hamt.js';
import { QueueExecutor, QueueWorker } from '../packages/executor-bullmq/src/index.js';
import { conformance, ExecutorConformance } from '../packages/loop-testing/src/conformance/index.js';
import {
  explore,
  loopTest,
  simulate,
  VirtualClock,
  VirtualEventLoop,
} from '../packages/loop-testing/src/index.js';
import { observeLoop } from '../packages/otel/src/index.js';

// A table of every public function that takes options: a misspelt option of any of them must be refused.

interface Fixture {
  readonly loop: bight.SelectorEventLoop & bight.EventLoop;
  /** A transport of a connection to this process. */
  readonly transport: bight.Transport;
  readonly server: bight.AbstractServer;
  readonly sock: bight.Socket;
}

type Slip = { slip: number };

/** Calls the function with an option that nothing knows. */
type Call = (slip: never, fixture: Fixture) => unknown;

const body = async (): Promise<void> => {};
const callback = (): void => {};
const protocol = () => ({});
const bytes = Buffer.alloc(1);

const table: Record<string, Call> = {
  // contextvars
  ContextVar: (slip) => new bight.ContextVar('name', slip),
  HAMT: (slip) => new HAMT([], slip),
  'HAMT.empty': (slip) => HAMT.empty(slip),
  'HAMT.from': (slip) => HAMT.from([], slip),
  // Loops, tasks, futures
  callSoon: (slip, { loop }) => loop.callSoon(callback, [], slip),
  callSoonThreadsafe: (slip, { loop }) => loop.callSoonThreadsafe(callback, [], slip),
  callLater: (slip, { loop }) => loop.callLater(0, callback, [], slip),
  callAt: (slip, { loop }) => loop.callAt(0, callback, [], slip),
  createTask: (slip, { loop }) => loop.createTask(body, slip),
  'createTask of the module': (slip) => bight.createTask(body, slip),
  shutdownDefaultExecutor: (slip, { loop }) => loop.shutdownDefaultExecutor(slip),
  CoreEventLoop: (slip) => new bight.CoreEventLoop(slip),
  SelectorEventLoop: (slip) => new bight.SelectorEventLoop(null, slip),
  'CoreEventLoop, budget': (slip) => new bight.CoreEventLoop({ budget: slip }),
  Future: (slip) => new bight.Future(slip),
  addDoneCallback: (slip, { loop }) => loop.createFuture().addDoneCallback(callback, slip),
  Task: (slip) => new bight.Task(body, slip),
  getStack: (slip) => bight.currentTask()!.getStack(slip),
  printStack: (slip) => bight.currentTask()!.printStack(slip),
  currentTask: (slip) => bight.currentTask(slip),
  allTasks: (slip) => bight.allTasks(slip),
  recordTrace: (slip) => bight.recordTrace('/dev/null', slip),
  startInspector: (slip) => bight.startInspector(slip),
  captureCallGraph: (slip) => bight.captureCallGraph(null, slip),
  formatCallGraph: (slip) => bight.formatCallGraph(null, slip),
  printCallGraph: (slip) => bight.printCallGraph(null, slip),
  formatTaskTree: (slip) => bight.formatTaskTree(slip),
  printTaskTree: (slip) => bight.printTaskTree(slip),
  ensureFuture: (slip, { loop }) => bight.ensureFuture(loop.createFuture() as never, slip),
  wrapFuture: (slip) => bight.wrapFuture(Promise.resolve(), slip),
  Runner: (slip) => new bight.Runner(slip),
  'Runner.run': async (slip) => {
    await using runner = new bight.Runner();
    return await runner.run(body, slip);
  },
  run: (slip) => bight.run(body, slip),
  asCompleted: (slip) => bight.asCompleted([], slip),
  gather: (slip) => bight.gather([], slip),
  wait: (slip, { loop }) => bight.wait([loop.createFuture() as never], slip),
  sleep: (slip) => bight.sleep(0, slip),
  fromSignal: (slip) => bight.fromSignal(new AbortController().signal, slip),
  'TaskGroup.createTask': async (slip) => {
    await using group = new bight.TaskGroup();
    group.createTask(body, slip);
  },
  CancelScope: (slip) => new bight.CancelScope(slip),
  moveOnAfter: (slip) => bight.moveOnAfter(1, slip),
  moveOnAt: (slip) => bight.moveOnAt(1, slip),
  failAfter: (slip) => bight.failAfter(1, slip),
  failAt: (slip) => bight.failAt(1, slip),
  openChannel: (slip) => bight.openChannel(slip),
  toThread: (slip) => bight.toThread(callback as never, [], slip),
  taskify: (slip) => bight.taskify(body, slip),
  // The network
  createConnection: (slip, { loop }) => loop.createConnection(protocol, slip),
  createServer: (slip, { loop }) => loop.createServer(protocol, slip),
  createDatagramEndpoint: (slip, { loop }) => loop.createDatagramEndpoint(protocol, slip),
  createUnixConnection: (slip, { loop }) => loop.createUnixConnection(protocol, slip),
  createUnixServer: (slip, { loop }) => loop.createUnixServer(protocol, slip),
  connectAcceptedSocket: (slip, { loop }) => loop.connectAcceptedSocket(protocol, new net.Socket(), slip),
  startTls: (slip, { loop, transport }) => loop.startTls(transport, {}, new bight.SSLContext(), slip),
  sendfile: (slip, { loop, transport }) => loop.sendfile(transport, 0, slip),
  sockSendfile: (slip, { loop, sock }) => loop.sockSendfile(sock, 0, slip),
  sockRecvfromInto: (slip, { loop, sock }) => loop.sockRecvfromInto(sock, bytes, slip),
  getaddrinfo: (slip, { loop }) => loop.getaddrinfo('127.0.0.1', 0, slip),
  getnameinfo: (slip, { loop }) => loop.getnameinfo({ host: '127.0.0.1', port: 1 }, slip),
  'Server.close': (slip, { server }) => server.close(slip),
  setWriteBufferLimits: (slip, { transport }) => transport.setWriteBufferLimits(slip),
  SSLContext: (slip) => new bight.SSLContext(slip),
  createDefaultContext: (slip) => bight.createDefaultContext(slip),
  // Subprocesses
  subprocessExec: (slip, { loop }) => loop.subprocessExec(protocol as never, 'true', [], slip),
  subprocessShell: (slip, { loop }) => loop.subprocessShell(protocol as never, 'true', slip),
  createSubprocessExec: (slip) => bight.createSubprocessExec('true', [], slip),
  createSubprocessShell: (slip) => bight.createSubprocessShell('true', slip),
  // Sockets
  Socket: (slip) => new bight.Socket(slip),
  listen: (slip, { sock }) => sock.listen(slip),
  recv: (slip, { sock }) => sock.recv(1, slip),
  recvInto: (slip, { sock }) => sock.recvInto(bytes, slip),
  recvfrom: (slip, { sock }) => sock.recvfrom(1, slip),
  recvfromInto: (slip, { sock }) => sock.recvfromInto(bytes, slip),
  send: (slip, { sock }) => sock.send(bytes, slip),
  sendall: (slip, { sock }) => sock.sendall(bytes, slip),
  sendto: (slip, { sock }) => sock.sendto(bytes, { host: '127.0.0.1', port: 1 }, slip),
  getsockopt: (slip, { sock }) => sock.getsockopt(1, 3, slip),
  socketpair: (slip) => bight.socketpair(slip),
  fromFd: (slip) => bight.fromFd(0, slip),
  register: (slip) => {
    using selector = new bight.DefaultSelector();
    selector.register(0, 1, slip);
  },
  modify: (slip) => {
    using selector = new bight.DefaultSelector();
    selector.modify(0, 1, slip);
  },
  // Streams, queues, locks
  openConnection: (slip) => bight.openConnection(slip),
  openUnixConnection: (slip) => bight.openUnixConnection(slip),
  startServer: (slip) => bight.startServer(callback, slip),
  startUnixServer: (slip) => bight.startUnixServer(callback, slip),
  StreamReader: (slip) => new bight.StreamReader(slip),
  chunks: (slip) => new bight.StreamReader().chunks(slip).next(),
  StreamWriter: (slip, { loop, transport }) =>
    new bight.StreamWriter(transport, transport.getProtocol() as never, null, loop as never, slip),
  'StreamWriter.startTls': (slip, { loop, transport }) =>
    new bight.StreamWriter(transport, transport.getProtocol() as never, null, loop as never).startTls(
      new bight.SSLContext(),
      slip,
    ),
  StreamReaderProtocol: (slip, { loop }) =>
    new bight.StreamReaderProtocol(new bight.StreamReader(), null, loop as never, slip),
  fromStream: (slip) => bight.fromStream(new Duplex(), slip),
  connector: (slip, { loop }) => bight.connector({ ...(slip as object), loop } as never),
  attachHttp: (slip) => bight.attachHttp(createServer(), slip),
  toSocket: (slip, { transport }) => bight.toSocket(transport, slip),
  readFrom: (slip) => bight.readFrom((async function* () {})(), slip),
  writeTo: (slip) => bight.writeTo(new Duplex(), slip),
  Queue: (slip) => new bight.Queue(slip),
  LifoQueue: (slip) => new bight.LifoQueue(slip),
  PriorityQueue: (slip) => new bight.PriorityQueue(slip),
  'Queue.shutdown': (slip) => new bight.Queue().shutdown(slip),
  Semaphore: (slip) => new bight.Semaphore(slip),
  BoundedSemaphore: (slip) => new bight.BoundedSemaphore(slip),
  Condition: (slip) => new bight.Condition(slip),
  notify: async (slip) => {
    const condition = new bight.Condition();
    await condition.acquire();
    condition.notify(slip);
  },
  // Executors
  ThreadPoolExecutor: (slip) => new bight.ThreadPoolExecutor(slip),
  ProcessPoolExecutor: (slip) => new bight.ProcessPoolExecutor(slip),
  map: async (slip) => {
    const executor = new bight.ThreadPoolExecutor();
    try {
      for await (const _ of executor.map(() => 1, [[1]] as never, slip)) break;
    } finally {
      await executor.shutdown();
    }
  },
  shutdown: async (slip) => {
    const executor = new bight.ThreadPoolExecutor();
    try {
      await executor.shutdown(slip);
    } finally {
      await executor.shutdown();
    }
  },
  // Testing
  simulate: (slip) => simulate(body, slip),
  'simulate, link': (slip) => simulate(body, { link: slip }),
  loopTest: (slip) => loopTest(callback as never, slip),
  'loopTest of a loop': (slip) =>
    loopTest(callback as never, { createLoop: () => new bight.CoreEventLoop(), ...(slip as Slip) }),
  conformance: (slip) => conformance(slip),
  ExecutorConformance: (slip) => new ExecutorConformance(slip),
  serve: (slip) => bight.serve('/server.js', slip),
  // Executors on queues
  observeLoop: (slip) => observeLoop(slip),
  QueueExecutor: (slip) => new QueueExecutor(slip),
  QueueWorker: (slip) => new QueueWorker(slip),
  local: (slip) => QueueExecutor.local(slip),
  'QueueExecutor.submit': (slip) =>
    QueueExecutor.local().submit(bight.taskFrom('node:path', 'join'), [], slip),
  'QueueExecutor.map': (slip) => QueueExecutor.local().map(bight.taskFrom('node:path', 'join'), [], slip),
  'QueueExecutor.shutdown': (slip) => QueueExecutor.local().shutdown(slip),
  VirtualClock: (slip) => new VirtualClock(slip),
  at: (slip) => new VirtualClock().at(1, callback, slip),
  VirtualEventLoop: (slip) => new VirtualEventLoop(slip),
  explore: (slip) => explore({ run: async () => {}, ...(slip as Slip) } as never),
  stop: (slip) => new VirtualEventLoop().network.host('a').stop(slip),
  'setPace hostPace': (slip) =>
    new VirtualEventLoop().network.host('a').setPace({ turn: 1, ...(slip as Slip) }),
  setClock: (slip) => new VirtualEventLoop().network.host('a').setClock(slip),
  setTls: (slip) => new VirtualEventLoop().network.host('a').setTls(slip),
  'disk, configure': (slip) => new VirtualEventLoop().network.host('a').disk.configure(slip),
  'tap, events, text, svg': (slip) => new VirtualEventLoop().network.tap.text(slip),
  linkOneWay: (slip) => {
    const { network } = new VirtualEventLoop();
    network.linkOneWay(network.host('a'), network.host('b'), slip);
  },
  host: (slip) => new VirtualEventLoop().network.host('a', slip),
  link: (slip) => {
    const { network } = new VirtualEventLoop();
    network.link(network.host('a'), network.host('b'), slip);
  },
};

/** Functions with options of another kind, and those that programs do not call. */
const beside = new Set([
  // For authors of drivers and of test cases; each gets a complete object from a caller of ours.
  'bind',
  'openDatagram',
  'start',
  'coroutine',
  'checkPoolOptions',
  'BullBroker',
  'BullConnection',
  'JobSender',
  'LocalBroker',
  'MappedJobs',
  'startByNode',
  'startNatively',
  'submissionOf',
  'checkMapOptions',
  'checkSubmitOptions',
  'checkQueueOptions',
  'checkWorkerOptions',
  'checkLocalOptions',
  'checkServeOptions',
  'Supervisor',
  'checkProcessOptions',
  'refuseOptions',
  'portionOf',
  'resolveEndpoint',
  'numericAddrInfo',
  'bindSocket',
  'bindHandle',
  'bindByListening',
  'openDatagramSocket',
  'checkClientTls',
  'checkServerTls',
  'checkTimeouts',
  'sessionIdOf',
  'checkLink',
  'ConnectRace',
  'lookupAddresses',
  'spawn',
  'Link',
  'PoolExecutor',
  'shutdownFor',
  // The options of every `Error`, which the language checks.
  'IncompleteReadError',
  'LimitOverrunError',
  'SignalInterrupt',
  'KeyboardInterrupt',
]);

async function withFixture(call: (fixture: Fixture) => unknown): Promise<unknown> {
  const loop = new bight.EventLoop() as unknown as Fixture['loop'];
  try {
    return await loop.runUntilComplete(async () => {
      const server = await loop.createServer(protocol, { host: '127.0.0.1', port: 0 });
      const { port } = server.sockets[0]!.getsockname();
      const [transport] = await loop.createConnection(protocol, { host: '127.0.0.1', port });
      using sock = new bight.Socket();
      sock.setblocking(false);
      try {
        return await call({ loop, transport, server, sock });
      } finally {
        transport.close();
        server.close();
        await server.waitClosed();
        await loop.shutdownDefaultExecutor();
      }
    });
  } finally {
    loop.close();
  }
}

describe('an unknown option', () => {
  test.each(Object.entries(table))('is refused by %s, by name', async (_, call) => {
    const refusal = await withFixture(async (fixture) => {
      try {
        await call({ slip: 1 } as never, fixture);
      } catch (error) {
        return error;
      }
      return null;
    });
    expect(refusal).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(
        /^unknown option "slip": (?:did you mean "\w+"\?|the options are "?\w+)/,
      ),
    });
  });

  test.each([
    [() => simulate(body, { sead: 1 } as never), 'seed'],
    [() => simulate(body, { link: { los: 0.5 } as never }), 'loss'],
    [() => new bight.SSLContext({ rejectUnauthorised: true } as never), 'rejectUnauthorized'],
    [() => new bight.Socket({ typ: 1 } as never), 'type'],
    [() => new bight.Queue({ maxSize: 3 } as never), 'maxsize'],
    [() => bight.openConnection({ host: 'x', prot: 1 } as never), 'port'],
  ])('that is nearly right is refused with the right name as a hint (%s)', async (call, name) => {
    await withFixture(async () => {
      await expect((async () => await call())()).rejects.toThrow(`did you mean "${name}"?`);
    });
  });
});

/** The names of all exported functions, and of all methods of exported classes, that have a parameter for options. */
function functionsWithOptions(): Set<string> {
  const found = new Set<string>();
  const root = join(process.cwd(), 'packages');
  // Not through the packages' `node_modules`, whose links may go round in circles.
  const sources = readdirSync(root).flatMap((folder) =>
    readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, 'src', file),
    ),
  );
  for (const entry of sources) {
    if (!entry.endsWith('.ts')) continue;
    const source = ts.createSourceFile(
      entry,
      readFileSync(join(root, entry), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const takesOptions = ({ parameters }: ts.SignatureDeclarationBase): boolean =>
      parameters.some(({ name }) => /^(?:options|givenOptions)$/.test(name.getText(source)));
    const isExported = (node: ts.Node): boolean =>
      ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    source.forEachChild((node) => {
      if (ts.isFunctionDeclaration(node) && isExported(node) && takesOptions(node))
        found.add(node.name!.text);
      if (!ts.isClassDeclaration(node) || !isExported(node)) return;
      for (const member of node.members) {
        if (ts.isConstructorDeclaration(member) && takesOptions(member)) found.add(node.name!.text);
        if (ts.isMethodDeclaration(member) && ts.isIdentifier(member.name) && takesOptions(member)) {
          found.add(member.name.text);
        }
      }
    });
  }
  return found;
}

test('the table has every function of every package that takes options', () => {
  const known = new Set(Object.keys(table).flatMap((name) => name.split(/[ ,.]+/)));
  const missing = [...functionsWithOptions()].filter((name) => !known.has(name) && !beside.has(name));
  expect(missing).toEqual([]);
});
