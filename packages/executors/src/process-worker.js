// The main file of a worker process. Plain JavaScript, so that it runs as it stands from `src` as well as from `dist`.
import v8 from 'node:v8';
import { flush } from './worker/flush.js';
import { toBytes } from './worker/serialize.js';
import { serve } from './worker/serve.js';

/** How many messages have arrived: a message that cannot be read is known by its place alone. */
let received = 0;

const accept = serve({
  burst: 0,
  send,
  clone: (value) => v8.deserialize(v8.serialize(value)),
  claim: () => true,
  receive: () => undefined,
  flush,
  leave: () => process.exit(),
});

// The channel carries bytes: of a value that it cannot read, Node makes an uncaught exception, and reads no more.
function send(message) {
  // A closed channel is reported by 'disconnect'.
  process.send({ type: 'bight:reply', bytes: toBytes(message, 'the value') }, () => {});
}

function deserialize(bytes) {
  received++;
  try {
    return v8.deserialize(bytes);
  } catch (error) {
    return { id: received, unread: error };
  }
}

// The process of the pool writes to the same sockets, perhaps: a call that ends one of its own streams ends it for this
// process alone, where Node would shut the socket down for both.
for (const stream of [process.stdout, process.stderr]) stream._final = (done) => done();

process.on('message', (bytes) => accept(deserialize(bytes)));
// The pool is gone, or ends this process: in both cases no pool is left to answer.
process.on('disconnect', () => process.exit());
// The channel may have closed while this file was being loaded.
if (!process.connected) process.exit();
