import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenFlag, type SimulatedDisk, simulate } from '@bight/loop-testing';
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

test('a disk has latency, and code that died meanwhile does not resume', async () => {
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
    await expect(file.read(1)).rejects.toThrow('file closed');
    await disk.appendFile('log', '!');
    expect(String(await disk.readFile('log'))).toBe('Je!');
    expect(await disk.readdir()).toEqual(['log']);
    await disk.unlink('log');
    await expect(disk.unlink('log')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => disk.configure({ speed: 1 } as never)).toThrow('unknown option "speed"');
  });
});

test('invalid times and positions are refused, and change nothing', async () => {
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

interface File {
  read(): Promise<unknown>;
  readFile(): Promise<unknown>;
  write(): Promise<unknown>;
  truncate(): Promise<unknown>;
  sync(): Promise<unknown>;
  stat(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The error of each method of an open file, if any, also once the file is closed. */
async function outcomes(open: () => Promise<File>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const note = async (name: string, work: () => Promise<unknown>) => {
    try {
      await work();
      found[name] = 'fine';
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      found[name] = `${code} ${syscall}`;
    }
  };
  let file: File | null = null;
  await note('open', async () => {
    file = await open();
  });
  const names = ['read', 'readFile', 'write', 'truncate', 'sync', 'stat'] as const;
  if (file !== null) {
    const opened: File = file;
    for (const name of names) await note(name, () => opened[name]());
    await note('close', () => opened.close());
    for (const name of [...names, 'close'] as const) await note(`${name} when closed`, () => opened[name]());
  }
  return found;
}

const BYTE = Buffer.from('x');

test.each<OpenFlag>(['r', 'r+', 'w', 'w+', 'wx', 'wx+', 'a', 'a+'])(
  'a file that is open with %s fails as one of Node does',
  async (flag) => {
    const folder = await mkdtemp(join(tmpdir(), 'bight-disk-'));
    for (const isThere of [true, false]) {
      const path = join(folder, `${isThere}`);
      if (isThere) await writeFile(path, 'abc');
      const real = await outcomes(async () => {
        const file = await open(path, flag);
        return {
          read: () => file.read(Buffer.alloc(2), 0, 2, 0),
          readFile: () => file.readFile(),
          write: () => file.write(BYTE),
          truncate: () => file.truncate(1),
          sync: () => file.sync(),
          stat: () => file.stat(),
          close: () => file.close(),
        };
      });
      const simulated = await simulate(async ({ network }) => {
        const { disk } = network.host('one');
        if (isThere) await disk.writeFile('there', 'abc');
        return outcomes(async () => {
          const file = await disk.open('there', flag);
          return {
            read: () => file.read(2, 0),
            readFile: () => file.readFile(),
            write: () => file.write(BYTE),
            truncate: () => file.truncate(1),
            sync: () => file.sync(),
            stat: () => file.stat(),
            close: () => file.close(),
          };
        });
      });
      expect(simulated).toEqual(real);
    }
    await rm(folder, { recursive: true });
  },
);

test('an unknown flag is refused as by Node', async () => {
  const refusal = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' };
  await expect(open('/nowhere', 'q')).rejects.toMatchObject(refusal);
  await simulate(async ({ network }) => {
    await expect(network.host('one').disk.open('x', 'q' as never)).rejects.toMatchObject(refusal);
  });
});
