import { expect, test } from '@jest/globals';
import { fileNameOf } from '../../src/running/module-functions.js';

test.each([
  ['file:///app/work.js', 'work.js'],
  ['file:///app/my%20work.js', 'my work.js'],
  ['file:///app/100%.js', '100%.js'],
  ['file:///app/%E0%A4%A.js', '%E0%A4%A.js'],
  ['data:text/javascript,export const odd = (n) => n % 2;', 'javascript,export const odd = (n) => n % 2;'],
])('the file name of %s is %s', (url, name) => {
  expect(fileNameOf(url)).toBe(name);
});
