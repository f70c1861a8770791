// The thread that serves an inspector: it answers while the thread of the loops is blocked, too.
import { BroadcastChannel, parentPort, threadId, workerData } from 'node:worker_threads';
import { listen } from './server/listen.js';
import { setPlaceOfPage } from './server/load-page.js';
import { LoopsLink } from './server/loops-link.js';
import { endLooks } from './server/main-thread.js';

const { agent, shared, thread, pid, path, host, port, file } = workerData;
setPlaceOfPage(file);

const link = new LoopsLink(pid);
link.add({ thread, shared, port: agent });

// Worker threads that have loops send a port: see `worker-agents.ts`.
process.on('workerMessage', (introduction) => link.add(introduction));
const meetingPoint = new BroadcastChannel('bight:inspect');
meetingPoint.onmessage = ({ data }) => {
  if (data.agent !== undefined) meetingPoint.postMessage({ server: threadId });
};
meetingPoint.postMessage({ server: threadId });

// No `await` at the top: a CommonJS bundle may have none.
listen({ path, host, port }, link).then(
  (listening) => parentPort.postMessage({ type: 'listening', ...listening }),
  ({ message, code, errno, syscall, address, port: errorPort }) =>
    parentPort.postMessage({
      type: 'failed',
      error: { message, code, errno, syscall, address, port: errorPort },
    }),
);

// The one message that comes is that this thread is about to be ended.
parentPort.once('message', () => {
  void endLooks().then(() => parentPort.postMessage({ type: 'ready to end' }));
});
