import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { installDebianPackages } from '../../../test/support/debian.mjs';
import { nativeRoot, nodeDirectory, sourcesOf } from '../scripts/toolchain.mjs';

// A Mac compiles these sources itself; elsewhere stubs of its headers show a typing error before a Mac does.
const compiler = process.env.CC ?? 'gcc';
const isPossible = process.platform === 'linux' && nodeDirectory() !== null;
const stubs = path.join(__dirname, 'fixtures', 'darwin');
const ofDarwin = ['darwin-datagrams.c', 'darwin.c', 'kqueue.c'];

/** Checks the types of a source against the stubs. @returns what the compiler reports */
function check(file: string): string {
  const { status, stderr } = spawnSync(
    compiler,
    [
      ...['-std=c11', '-D_GNU_SOURCE', '-DNAPI_VERSION=8', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'],
      ...[`-I${stubs}`, `-I${nativeRoot}`, `-I${path.join(nodeDirectory()!, 'include', 'node')}`],
      ...['-include', path.join(stubs, 'darwin.h'), file],
    ],
    { encoding: 'utf8' },
  );
  return status === 0 ? '' : stderr;
}

test('the sources of macOS are those that Linux does not compile', () => {
  const linux = new Set(sourcesOf('linux').map((file) => path.basename(file)));
  const darwin = sourcesOf('darwin').map((file) => path.basename(file));
  expect(darwin.filter((name) => !linux.has(name))).toEqual(ofDarwin);
});

if (isPossible) {
  beforeAll(() => {
    installDebianPackages({ [compiler]: compiler });
  }, 240_000);

  test.each(ofDarwin)('%s has the right types', (name) => {
    expect(check(path.join(nativeRoot, name))).toBe('');
  });

  describe('a typing error is found', () => {
    test.each([
      ['kqueue.c', 'EVFILT_READ}', 'EVFILT_REED}', /EVFILT_REED/],
      ['kqueue.c', 'kevent(poller, &change, 1', 'kevent(poller, change, 1', /incompatible type/],
      ['darwin.c', '&length, NULL, 0)', 'length, NULL, 0)', /makes pointer from integer/],
      ['darwin-datagrams.c', 'SO_NREAD', 'SO_NRED', /SO_NRED/],
    ])('in %s: %s', (name, before, after, report) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'bight-darwin-'));
      try {
        cpSync(nativeRoot, folder, { recursive: true });
        const text = readFileSync(path.join(nativeRoot, name), 'utf8');
        expect(text).toContain(before);
        const file = path.join(folder, name);
        writeFileSync(file, text.replace(before, after));
        expect(check(file)).toMatch(report);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}
