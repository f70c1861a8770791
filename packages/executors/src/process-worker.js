// The main file of a worker process. Plain JavaScript, so that it runs as it stands from `src` as well as from `dist`.
import v8 from 'node:v8';
import { flush } from './worker/flush.js';
import { serve } from './worker/serve.js';

const accept = serve({
  burst: 0,
  send,
  canClone: (value) => {
    try {
      v8.serialize(value);
      return true;
    } catch {
      return false;
    }
  },
  claim: () => true,
  receive: () => undefined,
  flush,
  leave: () => process.exit(),
});

function send(message) {
  try {
    // That the channel is closed is told of by 'disconnect'.
    process.send(message, () => {});
  } catch (error) {
    // The serializer says so in a plain Error; threads get a DataCloneError.
    throw new DOMException(error.message, 'DataCloneError');
  }
}

process.on('message', accept);
// The pool is gone, or wants this process to go: in both cases there is nobody left to answer.
process.on('disconnect', () => process.exit());
// It may have gone while this file was being loaded.
if (!process.connected) process.exit();
