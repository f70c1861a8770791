// A loop in a page, which has the DOM's types and not Node's: compiled by each TypeScript, never run.
import { CoreEventLoop, createTask, sleep, TaskGroup } from '@bight/loop-core';

const loop = new CoreEventLoop();
export const done: Promise<number> = loop.runUntilComplete(async () => {
  await sleep(1);
  const [first, second] = await TaskGroup.run(
    async (group) => [group.createTask(async () => 1), group.createTask(async () => 'two')] as const,
  );
  const length: number = second.result().length;
  // @ts-expect-error: it is a number.
  const text: string = await createTask(async () => 3);
  return first.result() + length + text.length;
});
