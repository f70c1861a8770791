// Makes every loop of the program on a certain selector. Python's documentation has an example of it under
// "SelectorEventLoop".
import {
  DefaultEventLoopPolicy,
  getRunningLoop,
  run,
  SelectorEventLoop,
  SelectSelector,
  setEventLoopPolicy,
} from 'bight';

class MyPolicy extends DefaultEventLoopPolicy {
  override newEventLoop(): SelectorEventLoop {
    return new SelectorEventLoop(new SelectSelector());
  }
}

setEventLoopPolicy(new MyPolicy());

await run(async () => {
  console.log(getRunningLoop().constructor.name);
});
