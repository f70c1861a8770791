// bight: the compiled programs of examples/: `node programs/bight.mjs CONFIG`.
import { getRunningLoop, run, SSLContext, startServer, TaskGroup } from 'bight';
import { ProxyClient } from '../../examples/dist/proxy/proxy-client.js';
import { SmtpSession } from '../../examples/dist/smtp/smtp-session.js';

const { kind, key, cert } = JSON.parse(process.argv[2]);
const listening = { host: '127.0.0.1', port: 0, backlog: 1024 };
const ready = (server) => console.log(JSON.stringify({ port: server.sockets[0].getsockname().port }));
process.stdin.resume().on('end', () => process.exit());

const programs = {
  async proxy() {
    const loop = getRunningLoop();
    await TaskGroup.run(async (tasks) => {
      const proxy = { loop, tasks, credentials: null };
      const server = await loop.createServer(() => new ProxyClient(proxy), listening);
      ready(server);
      await server.serveForever();
    });
  },
  async smtp() {
    const site = {
      name: 'mx.example',
      maxSize: 10_000_000,
      tls: new SSLContext({ key, cert }),
      users: new Map(),
      patience: 300,
      async deliver() {},
    };
    const server = await startServer((reader, writer) => new SmtpSession(reader, writer, site).run(), {
      ...listening,
      limit: site.maxSize + 5,
    });
    ready(server);
    await server.serveForever();
  },
};
await run(programs[kind]);
