// A scope that is cancelled
import { moveOnAfter, run, sleep } from 'bight';

await run(async () => {
  const scope = moveOnAfter(2);
  await scope.run(async () => {
    try {
      console.log('waiting for an hour');
      await sleep(3600);
    } finally {
      console.log('cleaning up');
    }
  });
  console.log('cancelled:', scope.cancelledCaught);
});
