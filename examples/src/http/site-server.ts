// The server of one worker, for `serve()`: its options are in the query of this module's URL.
import { getRunningLoop } from 'bight';
import { site } from './site.js';
import { startHttpServer } from './start-http-server.js';

export default async () => {
  const { folder, host, port } = Object.fromEntries(new URL(import.meta.url).searchParams) as Record<
    string,
    string
  >;
  const server = await startHttpServer(site(getRunningLoop(), folder!), { host: host!, port: Number(port) });
  console.log(`Serving ${folder} on http://${host}:${server.sockets[0]!.getsockname().port}/`);
  return server;
};
