// Makes every loop of the program with a certain selector. After the example in Python's documentation under
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
