// Who runs when
import { createTask, getRunningLoop, run, sleep } from 'bight';

await run(async () => {
  const loop = getRunningLoop();
  loop.callSoon(() => console.log('a callback'));
  const work = async (name: string) => {
    for (let i = 1; i <= 3; i++) {
      console.log(name, i);
      await sleep(0); // one turn of the loop
    }
  };
  const ada = createTask(() => work('Ada'));
  const grace = createTask(() => work('Grace'));
  await ada;
  await grace;
});
