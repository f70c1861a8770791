import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nativeRoot } from '../../scripts/toolchain.mjs';
import { hasTls, wouldHaveTls } from '../../src/low-level.js';

const header = readFileSync(path.join(nativeRoot, 'openssl.h'), 'utf8');
const functions = [...header.matchAll(/^ {2}X\([^,]+, (\w+),/gm)].map(([, name]) => name!);

/** As `OpenSSL_version_num()` gives them. */
const versions: [string, number, boolean][] = [
  ['OpenSSL 3.0', 0x30000000, true],
  ['OpenSSL 3.5', 0x30500000, true],
  ['OpenSSL 1.1.1', 0x1010117f, false],
  ['BoringSSL', 0x1010107f, false],
  ['LibreSSL', 0x20000000, false],
  ['OpenSSL 4', 0x40000000, false],
];

describe('the probe', () => {
  test('finds what Node carries', () => {
    expect(functions.length).toBeGreaterThan(100);
    expect([hasTls(), wouldHaveTls(null)]).toEqual([true, true]);
  });

  test('refuses a library that lacks any of the functions', () => {
    expect(functions.filter((name) => wouldHaveTls(name))).toEqual([]);
    expect(wouldHaveTls('SSL_nothing_of_ours')).toBe(true);
  });

  test.each(versions)('%s: %#', (_, version, isTaken) => {
    expect(wouldHaveTls(null, version)).toBe(isTaken);
    expect(wouldHaveTls('SSL_new', version)).toBe(false);
  });

  test('changes nothing', () => {
    wouldHaveTls('SSL_new', 0x1010107f);
    expect(hasTls()).toBe(true);
  });
});
