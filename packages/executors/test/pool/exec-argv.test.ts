import { afterEach, expect, test } from '@jest/globals';
import { inheritedExecArgv } from '../../src/pool/exec-argv.js';

const before = process.execArgv;
afterEach(() => {
  process.execArgv = before;
});

test.each<[string[], string[] | undefined]>([
  [[], undefined],
  [['--import', 'tsx', '--expose-gc'], undefined],
  [['--input-type=module', '-e', 'code'], []],
  [
    ['--no-warnings', '--input-type', 'module', '--eval', 'code', '--stack-trace-limit=5'],
    ['--no-warnings', '--stack-trace-limit=5'],
  ],
  [['-p', 'code'], []],
])('the flags %j are inherited as %j', (flags, inherited) => {
  process.execArgv = flags;
  expect(inheritedExecArgv()).toEqual(inherited);
});
