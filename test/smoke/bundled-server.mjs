// A module for `serve()`, bundled into one file as well: it has its own copy of the packages.
import { isMainThread } from 'node:worker_threads';
import { startServer } from 'bight';

export default () =>
  startServer(
    async (_reader, writer) => {
      writer.write(Buffer.from(isMainThread ? 'process' : 'thread'));
      writer.close();
    },
    { host: '127.0.0.1', port: Number(process.env.SERVER_PORT) },
  );
