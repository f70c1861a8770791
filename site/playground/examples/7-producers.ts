// Producers and consumers
import { openChannel, run, sleep, TaskGroup } from 'bight';

await run(async () => {
  const [sender, receiver] = openChannel<string>({ maxBuffer: 2 });
  await TaskGroup.run(async (group) => {
    for (const name of ['a', 'b']) {
      const own = sender.clone();
      group.createTask(async () => {
        for (let i = 1; i <= 3; i++) await own.send(name + i);
        own.close();
      });
    }
    sender.close();
    for await (const value of receiver) {
      console.log(value);
      await sleep(1);
    }
  });
});
