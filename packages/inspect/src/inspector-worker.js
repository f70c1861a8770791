// The thread that serves an inspector: it answers while the thread of the loops is blocked, too.
import { parentPort, workerData } from 'node:worker_threads';
import { AgentLink } from './server/agent-link.js';
import { listen } from './server/listen.js';

const { agent, shared, pid, path, host, port } = workerData;

try {
  const listening = await listen({ path, host, port }, new AgentLink(agent, shared, pid));
  parentPort.postMessage({ type: 'listening', ...listening });
} catch (error) {
  const { message, code, errno, syscall, address, port: errorPort } = error;
  parentPort.postMessage({
    type: 'failed',
    error: { message, code, errno, syscall, address, port: errorPort },
  });
}
