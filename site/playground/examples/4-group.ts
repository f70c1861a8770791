// A group whose child fails
import { run, sleep, TaskGroup } from 'bight';

await run(async () => {
  try {
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        try {
          await sleep(60);
        } finally {
          console.log('the sibling cleans up');
        }
      });
      group.createTask(async () => {
        await sleep(1);
        throw new Error('out of paper');
      });
    });
  } catch (error) {
    console.log((error as AggregateError).errors.map(String).join());
  }
});
