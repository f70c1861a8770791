import cluster from 'node:cluster';

/** In a worker of `node:cluster` the port is in use by its siblings: adds to the message how they can share it. */
export function explainAddressInUse(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EADDRINUSE' || !cluster.isWorker) return;
  error.message += ' (the workers of node:cluster share a port with createServer(…, { reusePort: true }))';
}
