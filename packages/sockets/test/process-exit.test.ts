import { describe, expect, test } from '@jest/globals';
import { runProgram } from './support/child.js';

const load = `const s = LOAD;`;
const shell = `
  const program = (text) => ({
    file: 'sh', args: ['sh', '-c', text], env: process.env, cwd: '', descriptors: [-1, -1, -1], isDetached: false,
  });
`;
const inWorker = (body: string) => {
  const text = `import { parentPort } from 'node:worker_threads'; ${load} ${shell} ${body}`;
  return `
    import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    const start = () => new Worker(${JSON.stringify(text)}, { eval: true });
  `;
};

const ended = { stdout: 'done\n', stderr: '', status: 0, signal: null };

describe('a process ends cleanly', () => {
  test.each([
    ['after loading the addon', `${load} console.log('done');`],
    [
      'with sockets open',
      `${load} globalThis.kept = [new s.Socket(), ...s.socketpair()]; console.log('done');`,
    ],
    ['with a selector open', `${load} globalThis.kept = new s.DefaultSelector(); console.log('done');`],
    [
      'by process.exit() with a look-up under way',
      `${load} void s.getaddrinfo('127.0.0.1', 1); console.log('done'); process.exit(0);`,
    ],
    [
      'when a look-up has ended',
      `${load} void s.getaddrinfo('127.0.0.1', 1).then((found) => console.log(found.length > 0 ? 'done' : ''));`,
    ],
    [
      'by an exit in the callback of a look-up',
      `${load} await s.getaddrinfo('127.0.0.1', 1); console.log('done'); process.exit();`,
    ],
    [
      'after the addon could not be found',
      `process.env.BIGHT_SOCKETS_BINARY = '/nonexistent'; ${load} console.log(s.isAvailable() ? '' : 'done');`,
    ],
  ])('%s', (_when, program) => {
    expect(runProgram(program)).toEqual(ended);
  });

  test('reporting what the continuation of a look-up throws', () => {
    const { status, stderr } = runProgram(
      `${load} await s.getaddrinfo('127.0.0.1', 1); throw new Error('mine');`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Error: mine');
  });
});

describe('a worker thread', () => {
  test('has sockets, selectors and look-ups of its own', () => {
    const body = `
      const [a, b] = s.socketpair();
      a.sendall(Buffer.from('from the worker'));
      const selector = new s.DefaultSelector();
      selector.register(b, s.EVENT_READ);
      const [found] = await s.getaddrinfo('127.0.0.1', 5);
      parentPort.postMessage([selector.select().length, b.recv(100).toString(), found.sockaddr.port]);
      a.close(); b.close(); selector.close();
    `;
    const program = `${inWorker(body)} ${load}
      const run = async (worker) => (await Promise.all([once(worker, 'message'), once(worker, 'exit')]))[0][0];
      const answers = await Promise.all([run(start()), run(start()), run(start())]);
      const [mine] = await s.getaddrinfo('127.0.0.1', 6);
      console.log(JSON.stringify([...answers, mine.sockaddr.port]));`;
    const answer = [1, 'from the worker', 5];
    const { stdout, ...rest } = runProgram(program);
    expect(JSON.parse(stdout || 'null')).toEqual([answer, answer, answer, 6]);
    expect(rest).toEqual({ stderr: '', status: 0, signal: null });
  });

  test.each([
    ['idle', 'parentPort.postMessage(1); setInterval(() => {}, 1e6);'],
    [
      'with sockets',
      'globalThis.kept = s.socketpair(); parentPort.postMessage(1); setInterval(() => {}, 1e6);',
    ],
    [
      'with look-ups under way',
      `for (let i = 0; i < 50; i++) void s.getaddrinfo('127.0.0.1', i); parentPort.postMessage(1);`,
    ],
    [
      'with processes that run',
      `for (let i = 0; i < 5; i++) s.spawnProgram(program('sleep 2'), () => {}); parentPort.postMessage(1);`,
    ],
    [
      'while its processes end',
      `parentPort.postMessage(1); for (;;) await new Promise((ended) => s.spawnProgram(program('true'), ended));`,
    ],
    [
      'while its look-ups come back',
      `parentPort.postMessage(1); for (;;) await Promise.all([1, 2, 3].map((i) => s.getaddrinfo('127.0.0.1', i)));`,
    ],
  ])('can be terminated: %s', (_when, body) => {
    const program = `${inWorker(body)}
      for (let round = 0; round < 5; round++) {
        const worker = start();
        await once(worker, 'message');
        await worker.terminate();
      }
      console.log('done');`;
    expect(runProgram(program)).toEqual(ended);
  });

  test('ends with what it does when the process exits', () => {
    const body = `parentPort.postMessage(1); for (;;) await s.getaddrinfo('127.0.0.1', 1);`;
    const program = `${inWorker(body)} const worker = start(); await once(worker, 'message'); console.log('done'); process.exit(0);`;
    expect(runProgram(program)).toEqual(ended);
  });
});
