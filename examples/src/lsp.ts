/**
 * A language server for prose, on standard input and output: for an editor that starts `lsp --stdio`.
 */
import { eagerTaskFactory, getRunningLoop, readFrom, run, writeTo } from 'bight';
import { JsonRpcConnection } from './lsp/json-rpc.js';
import { ProseServer } from './lsp/prose-server.js';

await run(async () => {
  // A request begins before the next message is read, so it sees the documents as they were when it was sent.
  getRunningLoop().setTaskFactory(eagerTaskFactory);
  const connection = new JsonRpcConnection(readFrom(process.stdin), writeTo(process.stdout));
  const server = new ProseServer(connection);
  const service = {
    request: (method: string, params: unknown) => server.request(method, params),
    notification(method: string, params: unknown): void {
      if (method === 'exit') process.exit(server.hasShutDown ? 0 : 1);
      server.notification(method, params);
    },
  };
  await connection.serve(service);
});
