// Virtual time
import { getRunningLoop, run, sleep, TaskGroup } from 'bight';

await run(async () => {
  const loop = getRunningLoop();
  await TaskGroup.run(async (group) => {
    for (const days of [3, 1, 2]) {
      group.createTask(async () => {
        await sleep(days * 86_400);
        console.log(`day ${days}: ${loop.time()} s`);
      });
    }
  });
});
