import { constants } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { errnoOf, systemError } from '../packages/loop-abstract/src/errors/system-error.js';
import { readPackages } from './support/workspace.js';

/** Error numbers differ between systems; below -3000 are libuv's own, which are the same everywhere. */
const LITERAL = /\b(?:E[A-Z]{3,}\s*=|errno:)\s*-\d{1,3}\b/g;

test('no source has the error numbers of one system', () => {
  const found = readPackages().flatMap(({ folder, files }) =>
    [...files]
      .filter(([file]) => file.startsWith('src/'))
      .flatMap(([file, text]) =>
        (text.match(LITERAL) ?? []).map((what) => `${path.join(folder, file)}: ${what}`),
      ),
  );
  expect(found).toEqual([]);
});

test.each(['ENOTCONN', 'EADDRINUSE', 'ECANCELED'] as const)('%s has the number of this system', (code) => {
  expect(systemError(errnoOf(code), 'x')).toMatchObject({ code, errno: -constants.errno[code] });
});

test('a code that no system has is an error', () => {
  expect(() => errnoOf('ENOTHING')).toThrow('there is no system error ENOTHING');
});
