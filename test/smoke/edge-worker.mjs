// For workerd, which runs `test()`: contexts follow `await` there, and two requests never see each other's values;
// neither do two tasks.
import { Context, ContextVar, copyContext, hasAsyncContext } from '@bight/contextvars';
import { CoreEventLoop, gather, run, sleep } from '@bight/loop-core';

const user = new ContextVar('user', { default: 'none' });

async function request(name) {
  await null;
  user.set(name);
  await new Promise((resolve) => setTimeout(resolve, 1));
  return user.get();
}

function expect(actual, expected) {
  const [seen, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (seen !== wanted) throw new Error(`${seen} instead of ${wanted}`);
}

export default {
  async test() {
    expect(hasAsyncContext, true);
    expect(await Promise.all(['Ann', 'Bob'].map((name) => copyContext().run(request, name))), ['Ann', 'Bob']);
    expect(await new Context().run(async () => request('Cid')), 'Cid');
    expect(user.get(), 'none');

    const task = (name) => async () => {
      user.set(name);
      await sleep(0.001);
      return user.get();
    };
    const found = await run(() => gather([task('a'), task('b')]), { loopFactory: () => new CoreEventLoop() });
    expect(found, ['a', 'b']);
    expect(user.get(), 'none');
  },
};
