// A fault to find: each request starts a task that waits for an answer, and no answer ever comes.
import { createTask, type Future, getRunningLoop, run, sleep } from 'bight';

const answers: Future<string>[] = [];

async function request(): Promise<void> {
  const answer = getRunningLoop().createFuture<string>();
  answers.push(answer);
  // Missing: a time limit, such as `await waitFor(answer, 1)`.
  await answer;
}

await run(async () => {
  for (let count = 1; ; count++) {
    createTask(request, { name: `request ${count}` });
    if (count % 100 === 0) console.log(`${count} requests`);
    await sleep(0.001);
  }
});
