// Prints which loop class is the default, and that it runs.
import { EventLoop, ProactorEventLoop, run, SelectorEventLoop, sleep } from 'bight';

const classes = { ProactorEventLoop, SelectorEventLoop };
const found = Object.entries(classes).find(([, Class]) => (Class as unknown) === EventLoop);
const loop = new EventLoop();
console.log(found?.[0], loop.toString());
loop.close();
await run(async () => sleep(0));
