// runtimes: node bun deno
// The package can be imported everywhere; where its addon is available, two sockets talk.
import assert from 'node:assert/strict';
import {
  AF_INET,
  DefaultSelector,
  EVENT_READ,
  isAvailable,
  Socket,
  socketpair,
  unavailableReason,
} from '@bight/sockets';

assert.equal(AF_INET, 2);
if (isAvailable()) {
  const [a, b] = socketpair();
  const selector = new DefaultSelector();
  selector.register(b, EVENT_READ);
  a.sendall(Buffer.from('hello'));
  assert.equal(selector.select(10).length, 1);
  assert.equal(b.recv(100).toString(), 'hello');
  for (const closable of [a, b, selector]) closable.close();
} else {
  assert.match(String(unavailableReason()), /./);
  assert.throws(() => new Socket(), { name: 'NotImplementedError' });
}
