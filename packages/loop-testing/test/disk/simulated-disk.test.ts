import { type SimulatedDisk, simulate } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import { sleep, ValueError } from 'bight';

/** What a crash at the end of some writing leaves of a file, for many seeds. */
async function remains(
  write: (disk: SimulatedDisk) => Promise<void>,
  path = 'log',
): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  for (let seed = 1; seed <= 40; seed++) {
    await simulate(
      async ({ network }) => {
        const host = network.host('one');
        await host.run(() => write(host.disk));
        host.crash();
        const read = host.restart(async () => {
          const contents = await host.disk.readFile(path).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'ENOENT' });
            return null;
          });
          return contents === null ? null : String(contents);
        });
        found.push(await read);
      },
      { seed },
    );
  }
  return found;
}

test('what was synchronized is there after a crash, and what was not may be lost', async () => {
  const found = await remains(async (disk) => {
    const file = await disk.open('log', 'a');
    await file.write(Buffer.from('safe '));
    await file.sync();
    await file.write(Buffer.from('risky'));
  });
  expect(new Set(found)).toEqual(new Set(['safe ', 'safe risky']));
});

test('a large write may be torn at a sector', async () => {
  const found = await remains(async (disk) => {
    const file = await disk.open('log', 'w');
    await file.sync();
    await file.write(Buffer.alloc(2000, 'x'));
  });
  const lengths = new Set(found.map((contents) => contents?.length));
  expect([...lengths].every((length) => [0, 512, 1024, 1536, 2000].includes(length ?? -1))).toBe(true);
  expect(lengths.size).toBeGreaterThan(3);
});

test('a name is there for certain when the file or the directory was synchronized', async () => {
  const unsynced = await remains((disk) => disk.writeFile('log', 'x'));
  expect(unsynced).toContain(null);
  const renamed = await remains(async (disk) => {
    for (const [name, text] of [
      ['log', 'old'],
      ['log.new', 'new'],
    ] as const) {
      const file = await disk.open(name, 'w');
      await file.write(Buffer.from(text));
      await file.sync();
    }
    await disk.rename('log.new', 'log');
  });
  expect(new Set(renamed)).toEqual(new Set(['old', 'new']));
  const certain = await remains(async (disk) => {
    await disk.writeFile('log', '');
    await disk.syncDirectory();
  });
  expect(new Set(certain)).toEqual(new Set(['']));
});

test('a host that stops in an orderly way loses nothing', async () => {
  await simulate(async ({ network }) => {
    const host = network.host('one');
    await host.run(() => host.disk.writeFile('log', 'all'));
    await host.stop();
    await host.restart(async () => expect(String(await host.disk.readFile('log'))).toBe('all'));
  });
});

test('a disk takes its time, and code that died meanwhile does not go on', async () => {
  await simulate(async (loop) => {
    const host = loop.network.host('one');
    host.disk.configure({ latency: 0.01, syncLatency: 0.5 });
    const seen: number[] = [];
    host.start(async () => {
      const file = await host.disk.open('log', 'w');
      await file.write(Buffer.from('x'));
      seen.push(loop.time());
      await file.sync();
      seen.push(loop.time());
    });
    await sleep(0.3);
    host.crash();
    await sleep(10);
    expect(seen).toEqual([0.02]);
  });
});

test('a file is read, written and cut as Node does it', async () => {
  await simulate(async ({ network }) => {
    const { disk } = network.host('one');
    await expect(disk.open('none')).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
    const file = await disk.open('log', 'w+');
    await expect(disk.open('log', 'wx')).rejects.toMatchObject({ code: 'EEXIST' });
    await file.write(Buffer.from('hello'));
    await file.write(Buffer.from('J'), 0);
    expect(String(await file.readFile())).toBe('Jello');
    expect(await file.stat()).toEqual({ size: 5 });
    await file.truncate(2);
    expect(String(await file.read(10, 0))).toBe('Je');
    await file.close();
    await expect(file.read(1)).rejects.toThrow('the file is closed');
    await disk.appendFile('log', '!');
    expect(String(await disk.readFile('log'))).toBe('Je!');
    expect(await disk.readdir()).toEqual(['log']);
    await disk.unlink('log');
    await expect(disk.unlink('log')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => disk.configure({ speed: 1 } as never)).toThrow('unknown option "speed"');
  });
});

test('times and positions that cannot be are refused, and change nothing', async () => {
  await simulate(async ({ network }) => {
    const { disk } = network.host('one');
    expect(() => disk.configure({ latency: 2, syncLatency: -1 })).toThrow('syncLatency must not be negative');
    expect(() => disk.configure({ latency: -1 })).toThrow(ValueError);
    const file = await disk.open('log', 'w+');
    await file.write(Buffer.from('contents'));
    for (const position of [-1, 0.5]) {
      await expect(file.write(Buffer.from('x'), position)).rejects.toThrow('position');
      await expect(file.read(1, position)).rejects.toThrow('position');
    }
    expect(String(await file.readFile())).toBe('contents');
  });
});
