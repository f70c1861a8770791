// Context variables
import { ContextVar, gather, run, sleep } from 'bight';

const client = new ContextVar<string>('client');
const greet = () => `Hello, ${client.get()}!`; // not passed as an argument

await run(async () => {
  const serve = (name: string) => async () => {
    client.set(name); // in this task's context only
    await sleep(1);
    return greet();
  };
  console.log(await gather([serve('Ada'), serve('Grace')]));
});
