// A user's tests under Jest as it is by default: CommonJS, in a realm of its own, with modules that it loads itself.
const bight = require('bight');
const { ContextVar, copyContext } = require('@bight/contextvars');
const { ProcessPoolExecutor } = require('@bight/executors');

test('contexts follow await', async () => {
  const variable = new ContextVar('variable', { default: 0 });
  await copyContext().run(async () => {
    variable.set(1);
    await null;
    expect(variable.get()).toBe(1);
  });
  expect(variable.get()).toBe(0);
});

describe.each(['SelectorEventLoop', 'ProactorEventLoop'])('a %s', (name) => {
  const run = (main) => bight.run(main, { loopFactory: () => new bight[name]() });

  test('runs coroutines of both forms', () =>
    run(async () => {
      const first = async () => await bight.sleep(0.001, { result: 1 });
      const second = function* () {
        return yield* bight.sleep(0, { result: 2 });
      };
      expect(await bight.gather([first, second])).toEqual([1, 2]);
      await expect(bight.waitFor(bight.sleep(1000), 0.001)).rejects.toThrow(bight.TimeoutError);
    }));

  test('has the network, children and threads', () =>
    run(async () => {
      const server = await bight.startServer(
        async (reader, writer) => {
          writer.write(await reader.read(10));
          await writer.drain();
          writer.close();
        },
        { host: '127.0.0.1', port: 0 },
      );
      const { port } = server.sockets[0].getsockname();
      const [reader, writer] = await bight.openConnection({ host: '127.0.0.1', port });
      writer.write(Buffer.from('bytes'));
      expect(String(await reader.read(-1))).toBe('bytes');
      writer.close();
      server.close();
      const child = await bight.createSubprocessExec('echo', ['child'], { stdout: bight.PIPE });
      expect(String((await child.communicate())[0])).toBe('child\n');
      expect(await bight.toThread((value) => value + 1, [1])).toBe(2);
    }));
});

test('a pool of processes works', async () => {
  const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  expect(await pool.submit((value) => value * 2, [2])).toBe(4);
  await pool.shutdown();
});
