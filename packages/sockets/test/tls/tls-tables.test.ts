import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { nativeRoot } from '../../scripts/toolchain.mjs';
import * as tables from '../../src/tls/tls-tables.js';

const header = readFileSync(path.join(nativeRoot, 'tls.h'), 'utf8').replaceAll(/\/\/.*$/gm, '');
const constants = new Map(
  [...header.matchAll(/\b((?:CONTEXT|TEXT|NUMBER|STATE|FLAG|SET)_\w+) = (\d+)/g)].map(([, name, value]) => [
    name!,
    Number(value),
  ]),
);

test('what tls.h defines is the same in tls-tables.ts', () => {
  expect(constants.size).toBeGreaterThan(40);
  expect(Object.fromEntries(constants)).toEqual({ ...tables });
});
