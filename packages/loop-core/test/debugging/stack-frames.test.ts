import { CoreEventLoop, createTask, run, sleep, timeout } from '@bight/loop-core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { describeStack, foldedFrames, framesOf, parseFrame } from '../../src/debugging/stack-frames.js';
import { collectReports, printedOf } from '../support/loops.js';

const v8 = `TypeError: wrong
x@y.example:80:1 is part of the message
    at work (file:///a/program.js:3:7)
    at async http://localhost/b.js:10:2
    at Promise.all (index 0)`;

const spiderMonkey = `work@http://localhost/program.js:3:7
async*outer@http://localhost/b.js:10:2
@http://localhost/b.js:11:1
`;

test('the frames of a stack are its lines, whatever the engine calls them', () => {
  expect(framesOf(v8)).toHaveLength(3);
  expect(framesOf(spiderMonkey)).toHaveLength(3);
  expect(framesOf(`${foldedFrames(2)}\n${spiderMonkey}`)).toHaveLength(4);
  expect(framesOf(`Error\n${foldedFrames(1)}`)).toEqual([foldedFrames(1)]);
  expect(framesOf(undefined)).toEqual([]);
  expect(framesOf('Error: without frames')).toEqual([]);
});

test('a frame has a name, a file, a line and a column', () => {
  expect(framesOf(v8).map(parseFrame)).toEqual([
    { name: 'work', file: 'file:///a/program.js', line: 3, column: 7 },
    { name: '', file: 'http://localhost/b.js', line: 10, column: 2 },
    null,
  ]);
  expect(framesOf(spiderMonkey).map(parseFrame)).toEqual([
    { name: 'work', file: 'http://localhost/program.js', line: 3, column: 7 },
    { name: 'outer', file: 'http://localhost/b.js', line: 10, column: 2 },
    { name: '', file: 'http://localhost/b.js', line: 11, column: 1 },
  ]);
});

test.each([
  [v8, v8],
  [spiderMonkey, `RangeError: far\n${spiderMonkey}`],
  ['', 'RangeError: far\n'],
  ['RangeError: far', 'RangeError: far'],
  [undefined, 'RangeError: far'],
])('what is printed of an error names it: %#', (stack, printed) => {
  expect(describeStack(Object.assign(new RangeError('far'), { stack }))).toBe(printed);
});

describe('where stacks have no heading, and frames are `name@file:line:column`', () => {
  const { prepareStackTrace } = Error;

  afterEach(() => {
    Error.prepareStackTrace = prepareStackTrace;
  });

  // The library's files are compiled into one for tests.
  const asSpiderMonkeyDoes = (): void => {
    Error.prepareStackTrace = (_error, sites) =>
      sites
        .map((at) => [
          at.getFunctionName() ?? '',
          (at.getFileName() ?? 'native').replace('/build/sources.cjs', '/src/sources.ts'),
          at.getLineNumber() ?? 1,
          at.getColumnNumber() ?? 1,
        ])
        .map(([name, ...place]) => `${name}@${place.join(':')}`)
        .join('\n');
  };

  test("debug mode shows the user's frames first and folds the library's", () =>
    run(
      async () => {
        asSpiderMonkeyDoes();
        const task = createTask(async function users() {
          await sleep(1000);
        });
        expect(task.getStack()[0]).toMatch(/@.*stack-frames\.test/);
        await sleep(0);
        task.cancel('enough');
        const error = await task.then(undefined, (reason: unknown) => reason as Error);
        const frames = framesOf((error as Error).stack);
        expect(frames[0]).toMatch(/^users@.*stack-frames\.test/);
        expect(frames.filter((frame) => frame.includes('inside bight')).length).toBeGreaterThan(0);
        expect(frames.filter((frame) => frame.includes('loop-core/src'))).toEqual([]);
      },
      { debug: true, loopFactory: () => new CoreEventLoop() },
    ));

  test('a time-out keeps the frames of the cancel that it was', async () => {
    asSpiderMonkeyDoes();
    const failure = run(() => timeout(0.001).run(async () => await sleep(1000)), {
      loopFactory: () => new CoreEventLoop(),
    });
    const { stack } = (await failure.catch((reason: unknown) => reason)) as Error;
    expect(framesOf(stack).length).toBeGreaterThan(0);
  });

  test('a report names the exception', async () => {
    asSpiderMonkeyDoes();
    const loop = new CoreEventLoop();
    const reports = collectReports(loop);
    await loop.runUntilComplete(async () => {
      loop.callSoon(() => {
        throw new RangeError('too far');
      });
      await sleep(0);
    });
    loop.close();
    expect(printedOf(loop, reports[0]!)).toContain('RangeError: too far\n');
  });
});
