import { expect, test } from '@jest/globals';
import { runTypeScript } from '../../test/support/run-typescript.js';

test('the crawler visits every page of a site once, and ends', async () => {
  expect(await runTypeScript('examples/src/crawler.ts')).toEqual({
    status: 0,
    signal: null,
    stdout: '40 pages, 79 links\n',
    stderr: '',
  });
});
