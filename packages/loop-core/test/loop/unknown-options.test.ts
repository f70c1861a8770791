import { CoreEventLoop, currentTask, Future, sleep, Task } from '@bight/loop-core';
import { afterAll, describe, expect, test } from '@jest/globals';

const loop = new CoreEventLoop();
const unknown = { contxt: null } as never;
const nothing = () => {};
const coro = async () => {};

describe('the functions that are called most refuse an unknown option', () => {
  afterAll(() => loop.close());

  test.each<[string, () => unknown]>([
    ['callSoon', () => loop.callSoon(nothing, [], unknown)],
    ['callSoonThreadsafe', () => loop.callSoonThreadsafe(nothing, [], unknown)],
    ['callLater', () => loop.callLater(1, nothing, [], unknown)],
    ['callAt', () => loop.callAt(1, nothing, [], unknown)],
    ['createTask', () => loop.createTask(coro, unknown)],
    ['Task', () => new Task(coro, { loop, contxt: null } as never)],
    ['Future', () => new Future({ loop, contxt: null } as never)],
    ['addDoneCallback', () => loop.createFuture().addDoneCallback(nothing, unknown)],
    ['currentTask', () => currentTask({ loop, contxt: null } as never)],
    ['sleep', () => sleep(0, unknown)],
  ])('%s', (_name, call) => {
    expect(call).toThrow(/^unknown option "contxt": /);
  });

  test('in a subclass of Future and of Task, too', () => {
    class Job extends Future {}
    class Work extends Task {}
    expect(() => new Job({ loop, lop: null } as never)).toThrow('did you mean "loop"?');
    expect(() => new Work(coro, { loop, nam: 'x' } as never)).toThrow('did you mean "name"?');
  });
});
