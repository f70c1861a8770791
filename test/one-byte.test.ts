import { expect, test } from '@jest/globals';
import { inOneByte } from '../scripts/one-byte.mjs';

const program = '// … and 😀\nexport const found = [/[…😀]/.test("…"), `≥`, "ü"];\n';

test('a program with one byte for each character does the same', async () => {
  const text = inOneByte(program);
  expect(text).not.toMatch(/[^\0-\xff]/);
  expect(text).toContain('ü');
  expect(text.split('\n')).toHaveLength(program.split('\n').length);
  const { found } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect(found).toEqual([true, '≥', 'ü']);
});
