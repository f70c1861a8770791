import { describe, expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE } from '../../src/index.js';
import { EventEngine, MODE_READY, MODE_STREAM } from '../../src/low-level.js';
import { runProgram } from '../support/child.js';
import { newEngine, newPair, recorder } from '../support/engines.js';

const setup = `
  const s = LOAD;
  const engine = new s.EventEngine({ timer: () => console.log('timer'), batchEnd() {}, error: console.error });
  const [a, b] = s.socketpair();
  globalThis.kept = [a, b]; // or they are collected, and closed with a warning
  const echo = { received(data) { engine.write(this.slot, data); } };
  echo.slot = engine.watch(a.fileno(), s.MODE_STREAM, s.EVENT_READ, echo);
`;
const silent = { stdout: '', stderr: '', status: 0, signal: null };

describe('an engine', () => {
  test('delivers events by itself while it is started', async () => {
    const engine = newEngine();
    const [a, b] = newPair();
    await new Promise<void>((resolve) => {
      engine.watch(a.fileno(), MODE_READY, EVENT_READ, { ready: () => resolve() });
      b.sendall(Buffer.from('x'));
      engine.start({ keepAlive: true });
    });
    engine.stop();
    const { handler, delivered } = recorder();
    engine.watch(b.fileno(), MODE_READY, EVENT_WRITE, handler);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(delivered).toEqual([]);
    expect(engine.poll()).toBe(true);
    expect(delivered).toEqual([['ready', EVENT_WRITE]]);
  });

  test('sends at the end of a batch what promises wrote in it', async () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const [c, d] = newPair();
    const echo = engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      async received(data) {
        engine.write(echo, data);
        await null;
        await null;
        engine.write(echo, Buffer.from(' and more'));
      },
    });
    const answer = new Promise<string>((resolve) => {
      engine.watch(c.fileno(), MODE_READY, EVENT_READ, { ready: () => resolve('ready') });
    });
    b.sendall(Buffer.from('x'));
    d.sendall(Buffer.from('x'));
    engine.start({ keepAlive: true });
    await answer;
    await new Promise((resolve) => setImmediate(resolve));
    expect(b.recv(100).toString()).toBe('x and more');
  });

  test('calls timer() once, and finer than a millisecond', async () => {
    const engine = newEngine();
    const elapsed = (wait: number) => {
      const start = process.hrtime.bigint();
      engine.setTimer(wait);
      engine.poll(5000);
      return Number(process.hrtime.bigint() - start) / 1e9;
    };
    expect(elapsed(0.0003)).toBeGreaterThanOrEqual(0.0003);
    expect(elapsed(0)).toBeGreaterThan(0);
    expect(engine.poll()).toBe(false);
    engine.setTimer(0.001);
    engine.setTimer(null);
    expect(engine.poll(20)).toBe(false);
    engine.setTimer(1e12);
    engine.setTimer(Number.POSITIVE_INFINITY);
    expect(engine.poll(5)).toBe(false);
    expect(engine.notes).toEqual(['timer', 'timer']);
  });

  test('of which there may be many serves each its own', () => {
    const engines = Array.from({ length: 20 }, () => newEngine());
    const pairs = engines.map(() => newPair());
    const delivered = engines.map((engine, index) => {
      const { handler, delivered } = recorder();
      engine.watch(pairs[index]![0].fileno(), MODE_STREAM, EVENT_READ, handler);
      return delivered;
    });
    for (const [index, [, b]] of pairs.entries()) b.sendall(Buffer.from(String(index)));
    for (const engine of engines) engine.poll();
    expect(delivered).toEqual(engines.map((_, index) => [['received', String(index)]]));
  });

  test('throws when it was closed', () => {
    const engine = new EventEngine({ timer() {}, batchEnd() {}, error() {} });
    const [a] = newPair();
    engine.close();
    engine.close();
    const watch = () => engine.watch(a.fileno(), MODE_READY, EVENT_READ, {});
    expect(watch).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => engine.start({ keepAlive: true })).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(() => engine.poll()).toThrow(expect.objectContaining({ code: 'EBADF' }));
    engine.flush();
    engine.stop();
  });

  test('sends what is queued when it is closed', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const slot = engine.watch(a.fileno(), MODE_STREAM, 0, {});
    engine.write(slot, Buffer.from('last words'));
    engine.close();
    expect(b.recv(100).toString()).toBe('last words');
  });
});

describe('a process with an engine', () => {
  test.each([
    ['that was not started', setup],
    ['that was stopped', `${setup} engine.start({ keepAlive: true }); engine.stop();`],
    ['that was closed', `${setup} engine.start({ keepAlive: true }); engine.close();`],
    [
      'that watches nothing any more',
      `${setup} engine.start({ keepAlive: false }); engine.release(echo.slot);`,
    ],
    [
      'when it exits in a batch',
      `${setup} echo.received = () => process.exit(); b.send(Buffer.from('x')); engine.start({ keepAlive: true });`,
    ],
    [
      'when it closes the engine in a batch',
      `${setup} echo.received = () => engine.close(); b.send(Buffer.from('x')); engine.start({ keepAlive: true });`,
    ],
  ])('ends: %s', (_when, program) => {
    expect(runProgram(program)).toEqual(silent);
  });

  test('lives while a descriptor is watched', () => {
    const program = `${setup}
      engine.start({ keepAlive: false });
      setTimeout(() => b.send(Buffer.from('x')), 20).unref();
      echo.received = (data) => { console.log(String(data)); engine.release(echo.slot); };`;
    expect(runProgram(program)).toEqual({ ...silent, stdout: 'x\n' });
  });

  test('lives while a time is set', () => {
    const program = `${setup} engine.release(echo.slot); engine.start({ keepAlive: false }); engine.setTimer(0.02);`;
    expect(runProgram(program)).toEqual({ ...silent, stdout: 'timer\n' });
  });

  test('ends with what its hooks throw, as with any callback’s error', () => {
    const program = `${setup}
      engine.start({ keepAlive: true });
      const other = new s.EventEngine({ timer() {}, batchEnd() { throw new Error('mine'); }, error() {} });
      other.watch(b.fileno(), s.MODE_READY, s.EVENT_WRITE, { ready() {} });
      other.start({ keepAlive: true });`;
    const { status, stderr } = runProgram(program);
    expect([status, stderr.includes('Error: mine')]).toEqual([1, true]);
  });

  test.each([
    ['busy', `const loop = () => { b.send(Buffer.from('x')); setImmediate(loop); }; loop();`],
    ['idle', ''],
    [
      'in a batch',
      `echo.received = () => { parentPort.postMessage(1); for (;;); }; b.send(Buffer.from('x'));`,
    ],
  ])('can terminate a worker that has one: %s', (_how, body) => {
    const text = `import { parentPort } from 'node:worker_threads'; ${setup} engine.start({ keepAlive: true });
      ${body} setTimeout(() => parentPort.postMessage(1), 5);`;
    const program = `
      import { Worker } from 'node:worker_threads';
      import { once } from 'node:events';
      for (let round = 0; round < 4; round++) {
        const worker = new Worker(${JSON.stringify(text)}, { eval: true });
        await once(worker, 'message');
        await worker.terminate();
      }
      console.log('done');`;
    expect(runProgram(program)).toEqual({ ...silent, stdout: 'done\n' });
  });

  test('goes on with everything else beside it', () => {
    const program = `${setup}
      let batches = 0;
      echo.received = (data) => { batches++; b.send(data); };
      b.send(Buffer.from('x'));
      engine.start({ keepAlive: true });
      const { readFile } = await import('node:fs/promises');
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      const text = await readFile('package.json', 'utf8');
      engine.close();
      console.log(batches > 50, text.length > 0);`;
    expect(runProgram(program)).toEqual({ ...silent, stdout: 'true true\n' });
  });
});
