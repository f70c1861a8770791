import { describe, expect, test } from '@jest/globals';
import { runProgram } from './support/child.js';

/** Counts descriptors by what they stand for, and runs the text of a worker thread. */
const census = `
  import { readdirSync, readlinkSync } from 'node:fs';
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  const s = LOAD;
  function census() {
    const kinds = {};
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        const kind = readlinkSync('/proc/self/fd/' + fd).replace(/^.*(socket|eventpoll|timerfd|eventfd|pipe).*$/, '$1');
        if (/^[a-z]+$/.test(kind)) kinds[kind] = (kinds[kind] ?? 0) + 1;
      } catch {}
    }
    return JSON.stringify(kinds);
  }
`;

/** Sockets, selectors, look-ups and an engine with connections, all open. */
const everythingOpen = `
  const hooks = { timer() {}, batchEnd() {}, error(error) { throw error; } };
  const engine = new s.EventEngine(hooks, null);
  const listener = new s.Socket();
  listener.bind({ host: '127.0.0.1', port: 0 });
  listener.listen();
  const accepted = [];
  engine.watch(listener.fileno(), s.MODE_LISTEN, s.EVENT_READ, {
    accepted(fd) {
      accepted.push(engine.watch(fd, s.MODE_STREAM, s.EVENT_READ, {}));
      if (accepted.length === 2) parentPort.postMessage('accepted');
    },
  });
  engine.setTimer(1000);
  engine.start({ keepAlive: true });
  globalThis.kept = [
    engine, new s.DefaultSelector(), ...s.socketpair(), s.fromFd(listener), new s.Socket({ type: s.SOCK_DGRAM }),
  ];
  parentPort.postMessage(listener.getsockname().port);
`;

const worker = (body: string) =>
  JSON.stringify(`import { parentPort } from 'node:worker_threads'; const s = LOAD; ${body}`);

const ends = {
  'terminate()': { body: '', end: 'await worker.terminate();' },
  'terminate() in the middle of a call': {
    body: `parentPort.on('message', () => { for (;;) { globalThis.kept[2].fileno(); engine.poll(0); s.socketpair(); } });`,
    end: `worker.postMessage(0); await new Promise((resolve) => setTimeout(resolve, 50)); await worker.terminate();`,
  },
  'terminate() while it waits in the system': {
    body: `parentPort.on('message', () => { for (;;) globalThis.kept[1].select(0.01); });`,
    end: `worker.postMessage(0); await new Promise((resolve) => setTimeout(resolve, 50)); await worker.terminate();`,
  },
  'an exception': {
    body: `parentPort.on('message', () => { throw new Error('planned'); });`,
    end: `worker.on('error', () => {}); worker.postMessage(0); await new Promise((resolve) => worker.on('exit', resolve));`,
  },
  'process.exit()': {
    body: `parentPort.on('message', () => process.exit(3));`,
    end: `worker.postMessage(0); await once(worker, 'exit');`,
  },
  'process.exit() in a handler of the engine': {
    body: `parentPort.on('message', () => engine.setTimer(0)); hooks.timer = () => process.exit(3);`,
    end: `worker.postMessage(0); await once(worker, 'exit');`,
  },
  'an engine with work to do that is stopped': {
    body: `parentPort.on('message', () => { engine.stop(); parentPort.close(); });`,
    end: `worker.postMessage(0); await once(worker, 'exit');`,
  },
};

describe.each(Object.entries(ends))('a worker thread that ends by %s', (_name, { body, end }) => {
  test('leaves no descriptor open, and its peers notice', () => {
    const outcome = runProgram(`
      ${census}
      import net from 'node:net';
      async function round() {
        const worker = new Worker(${worker(everythingOpen + body)}, { eval: true });
        const [port] = await once(worker, 'message');
        const clients = [net.connect(port, '127.0.0.1'), net.connect(port, '127.0.0.1')];
        const closed = clients.map((client) => new Promise((resolve) => {
          client.on('error', () => {}).on('close', resolve).resume();
        }));
        await once(worker, 'message');
        ${end}
        await Promise.all(closed);
        const late = net.connect(port, '127.0.0.1');
        const [error] = await once(late, 'error');
        if (error.code !== 'ECONNREFUSED') throw error;
      }
      await round();
      const before = census();
      for (let count = 0; count < 3; count++) await round();
      console.log(census() === before ? 'the same' : before + ' ' + census());
    `);
    expect(outcome).toEqual({ stdout: 'the same\n', stderr: '', status: 0, signal: null });
  });
});

test('a descriptor that a worker thread gave away stays open after its end', () => {
  const outcome = runProgram(`
    ${census}
    const worker = new Worker(${worker(`
      const [a, b] = s.socketpair();
      parentPort.postMessage([a.detach(), b.detach()]);
    `)}, { eval: true });
    const [[a, b]] = await once(worker, 'message');
    await once(worker, 'exit');
    const from = new s.Socket({ fileno: a });
    const to = new s.Socket({ fileno: b });
    from.sendall(Buffer.from('still open'));
    console.log(to.recv(100).toString());
    from.close();
    to.close();
  `);
  expect(outcome).toEqual({ stdout: 'still open\n', stderr: '', status: 0, signal: null });
});

test('a descriptor that a worker thread took from one owner for another is closed with the thread', () => {
  const outcome = runProgram(`
    ${census}
    const worker = new Worker(${worker(`
      const [a, b] = s.socketpair();
      s.takeDescriptor(a);
      if (a.fileno() !== -1) throw new Error('the socket still owns it');
      parentPort.on('message', () => {}).postMessage(b.detach());
    `)}, { eval: true });
    const [b] = await once(worker, 'message');
    const peer = new s.Socket({ fileno: b });
    await worker.terminate();
    console.log(JSON.stringify(peer.recv(10).toString()));
    peer.close();
  `);
  expect(outcome).toEqual({ stdout: '""\n', stderr: '', status: 0, signal: null });
});

test('what Node took over from a worker thread is closed once', () => {
  const outcome = runProgram(`
    ${census}
    const worker = new Worker(${worker(`
      import net from 'node:net';
      const [a, b] = s.socketpair();
      globalThis.kept = new net.Socket({ fd: a.detach() }).on('error', () => {}).resume();
      parentPort.postMessage(b.detach());
    `)}, { eval: true });
    const [b] = await once(worker, 'message');
    const peer = new s.Socket({ fileno: b });
    await worker.terminate();
    // Whatever has the number now must not be closed by a second close().
    const others = Array.from({ length: 50 }, () => new s.Socket());
    await new Promise((resolve) => setImmediate(resolve));
    for (const other of others) other.getsockname();
    console.log(JSON.stringify(peer.recv(10).toString()));
    for (const open of [peer, ...others]) open.close();
  `);
  expect(outcome).toEqual({ stdout: '""\n', stderr: '', status: 0, signal: null });
});

describe('what is collected without having been closed is closed', () => {
  const collecting = (make: string) => `
    ${census}
    const warnings = [];
    process.on('warning', ({ name, message }) => warnings.push(name + ': ' + message.replace(/\\d+/, 'N')));
    const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
    function make() { ${make} }
    const before = census();
    for (let count = 0; count < 3; count++) make();
    for (let count = 0; count < 50 && census() !== before; count++) { globalThis.gc(); await nextTurn(); }
    console.log(census() === before ? 'the same' : before + ' ' + census());
    await nextTurn();
    for (const warning of warnings) console.log(warning);
  `;
  const hooks = `const hooks = { timer() {}, batchEnd() {}, error() {} };`;

  test.each([
    ['an engine', `${hooks} new s.EventEngine(hooks);`],
    [
      'an engine that was started and stopped',
      `${hooks} const e = new s.EventEngine(hooks); e.start({ keepAlive: true }); e.stop();`,
    ],
    [
      'an engine that owns a descriptor',
      `${hooks} const e = new s.EventEngine(hooks); const [a, b] = s.socketpair(); b.close();
       e.own(e.watch(a.detach(), s.MODE_STREAM, s.EVENT_READ, {}));`,
    ],
  ])('%s, with a warning', (_name, make) => {
    const warning = 'ResourceWarning: an event loop was collected that had not been closed\n';
    expect(runProgram(collecting(make), { NODE_OPTIONS: '--no-warnings' })).toMatchObject({
      stdout: `the same\n${warning.repeat(3)}`,
      status: 0,
    });
  });

  test('a socket, with a warning', () => {
    const warning = 'ResourceWarning: a Socket was collected that had not been closed (descriptor N)\n';
    expect(runProgram(collecting('new s.Socket();'), { NODE_OPTIONS: '--no-warnings' })).toMatchObject({
      stdout: `the same\n${warning.repeat(3)}`,
      status: 0,
    });
  });

  test('a selector', () => {
    expect(
      runProgram(collecting(`new s.DefaultSelector();`), { NODE_OPTIONS: '--no-warnings' }),
    ).toMatchObject({
      stdout: 'the same\n',
      status: 0,
    });
  });
});

test('an engine that is started is not collected while something may happen to it', () => {
  const outcome = runProgram(`
    ${census}
    let ticks = 0;
    (() => {
      const hooks = { timer() { if (++ticks < 3) engine.setTimer(0.01); else engine.close(); }, batchEnd() {}, error() {} };
      const engine = new s.EventEngine(hooks);
      engine.setTimer(0.01);
      engine.start({ keepAlive: false });
    })();
    while (ticks < 3) { globalThis.gc(); await new Promise((resolve) => setImmediate(resolve)); }
    console.log(ticks);
  `);
  expect(outcome).toEqual({ stdout: '3\n', stderr: '', status: 0, signal: null });
});
