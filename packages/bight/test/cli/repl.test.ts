import { expect, test } from '@jest/globals';
import { bight } from '../support/program.js';

test('repl runs what it is given line by line, with await and a running loop', async () => {
  const input = [
    'await sleep(0.01, { result: 42 })',
    'const task = createTask(async () => { await sleep(0); return "done"; })',
    'await task',
    'loop.isRunning()',
    'null.x',
    '[1, 2].map((one) =>',
    '  one * 21)[1]',
    'await Promise.reject(new Error("refused"))',
    '1 + 1',
  ];
  const { status, output } = await bight(['repl'], `${input.join('\n')}\n`, { BIGHT_REPL_HISTORY: '' });
  expect(status).toBe(0);
  // Node marks the lines that go on with a statement.
  const values = output.split('\n').flatMap((line) => {
    const found = /^(?:(?:\.\.\.|\|) )*(42|'done'|true|Uncaught.*|2)$/.exec(line);
    return found === null ? [] : [found[1]];
  });
  expect(values).toEqual([
    '42',
    "'done'",
    'true',
    expect.stringMatching(/^Uncaught TypeError/),
    '42',
    'Uncaught Error: refused',
    '2',
  ]);
});
