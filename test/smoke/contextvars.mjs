// runtimes: node bun deno
// A server in small: each "connection" has its own value of one variable, across awaits, timers and microtasks.
import assert from 'node:assert/strict';
import { Context, ContextVar, copyContext, Token } from '@bight/contextvars';
import { HAMT } from '@bight/contextvars/hamt';

const address = new ContextVar('address', { default: 'none' });
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

async function handle(client) {
  address.set(client);
  await pause();
  const seenAfterTimer = address.get();
  await Promise.all([pause(), Promise.resolve().then(() => assert.equal(address.get(), client))]);
  return [seenAfterTimer, address.get()];
}

const clients = Array.from({ length: 20 }, (_, number) => `client ${number}`);
const seen = await Promise.all(clients.map((client) => copyContext().run(handle, client)));
assert.deepEqual(
  seen,
  clients.map((client) => [client, client]),
);
assert.equal(address.get(), 'none');

const context = new Context();
context.run(() => {
  const token = address.set('inner');
  assert.equal(token.oldValue, Token.MISSING);
  address.reset(token);
});
assert.equal(context.size, 0);
assert.throws(() => new ContextVar('empty').get(), { name: 'LookupError' });

const map = clients.reduce((map, client, number) => map.set(client, number), new HAMT());
assert.equal(map.get('client 7'), 7);
assert.equal(map.delete('client 7').size, 19);
