import { NotImplementedError, ValueError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { notOnProactor } from '../../src/errors/not-on-proactor.js';
import { checkPipeName } from '../../src/unix/check-pipe-name.js';
import { checkUnixPath } from '../../src/unix/unix-path.js';

describe('the messages of errors on Windows', () => {
  test.each(['\\\\.\\pipe\\name', '\\\\?\\pipe\\name', '//./pipe/name', '\\\\.\\PIPE\\a\\b'])(
    'the pipe %s is a local socket',
    (path) => checkPipeName(path, 'path', 'win32'),
  );

  test.each(['/run/socket', 'C:\\socket', '\\\\.\\pipe\\', 'pipe\\name'])('the path %s is not', (path) => {
    const check = () => checkPipeName(path, 'path', 'win32');
    expect(check).toThrow(ValueError);
    expect(check).toThrow('path must be the name of a pipe on Windows, such as \\\\.\\pipe\\name, not ');
    checkPipeName(path, 'path', 'linux');
  });

  test('an error recommends no loop that the platform lacks', () => {
    expect(notOnProactor('this is', 'linux')).toEqual(
      new NotImplementedError("this is not possible on ProactorEventLoop: use bight's SelectorEventLoop"),
    );
    expect(notOnProactor('this is', 'win32').message).toBe(
      'this is not possible on ProactorEventLoop, the only loop on Windows',
    );
  });
});

test('the name of a pipe may be longer than the path of a Unix socket', () => {
  const pipe = `\\\\.\\pipe\\${'x'.repeat(200)}`;
  expect(checkUnixPath(pipe, 'path', 'win32')).toBe(pipe);
  expect(() => checkUnixPath(pipe, 'path', 'darwin')).toThrow(/at most 103 bytes/);
  expect(() => checkUnixPath(`${pipe}${'x'.repeat(60)}`, 'path', 'win32')).toThrow(/at most 256 bytes/);
});
