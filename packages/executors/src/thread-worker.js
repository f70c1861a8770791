// The main file of a worker thread. Plain JavaScript, so that it runs as it stands from `src` as well as from `dist`.
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { flush } from './worker/flush.js';
import { postMessage } from './worker/post-message.js';
import { serve } from './worker/serve.js';

const { port, claims, burst } = workerData;
/** How many messages have arrived: a message that cannot be read is known by its place alone. */
let received = 0;

const accept = serve({
  burst,
  send: (message, transferList) => {
    const answer = message.type === 'bight:done' ? [message.id, message.value] : message;
    postMessage(port, answer, transferList);
  },
  clone: structuredClone,
  claim: ({ slot, id }) => id === 0 || Atomics.compareExchange(claims, slot, id, -id) === id,
  receive: () => {
    try {
      const next = receiveMessageOnPort(port);
      return next === undefined ? undefined : unpack(next.message);
    } catch (error) {
      return unread(error);
    }
  },
  flush,
  leave: () => process.exit(),
});

/** The array that the pool's end of the channel makes of a call. */
function unpack(fields) {
  received++;
  if (fields === null) return null;
  const [id, slot, source, url, name, args, isChunk, variables] = fields;
  return { id, slot, source, url, name, args, isChunk, variables };
}

function unread(error) {
  return { id: ++received, unread: error };
}

port.on('message', (fields) => accept(unpack(fields)));
port.on('messageerror', (error) => accept(unread(error)));
