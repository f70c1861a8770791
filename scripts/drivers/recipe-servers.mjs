// Servers for the programs of the documentation, besides those from Debian's packages: Node's own, and those of the
// libraries, none of them on a loop of bight.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';

const HOST = '127.0.0.1';

const answer = (request, response) =>
  response.end(`${request.method} ${request.url} over HTTP/${request.httpVersion}`);

/** By the variable that holds a server's URL: the function that makes the server, and the URL for a port. */
const makers = {
  HTTP_URL: { make: () => http.createServer(answer), url: (port) => `http://localhost:${port}` },
  HTTP2_URL: {
    make: ({ tls }) => http2.createSecureServer({ cert: tls.cert, key: tls.key, allowHTTP1: true }, answer),
    url: (port) => `https://localhost:${port}`,
  },
  PROXY_URL: { make: makeProxy, url: (port) => `http://localhost:${port}` },
  WS_URL: { make: makeWebSocketServer, url: (port) => `ws://localhost:${port}` },
  SMTP_URL: { make: makeMailServer, url: (port) => `smtp://localhost:${port}` },
  SSH_URL: { make: makeSshServer, url: (port) => `ssh://user:password@localhost:${port}` },
};

/** The servers of `startServers()`, by variable. */
export const serverOf = {
  POSTGRES_URL: { name: 'postgres', url: (port) => `postgres://bight@${HOST}:${port}/postgres` },
  REDIS_URL: { name: 'redis', url: (port) => `redis://${HOST}:${port}` },
  MYSQL_URL: { name: 'mariadb', url: (port) => `mysql://root@${HOST}:${port}` },
  MQTT_URL: { name: 'mosquitto', url: (port) => `mqtt://${HOST}:${port}` },
};

/**
 * Starts all of them.
 *
 * @param context - `load`, a certificate (`tls`) and the `ports` of servers from Debian's packages
 * @returns the environment with their URLs, and a function that stops them
 */
export async function startRecipeServers(context) {
  const env = {};
  const listening = [];
  for (const [variable, { make, url }] of Object.entries(makers)) {
    const server = await make(context);
    await once(server.listen(0, HOST), 'listening');
    listening.push(server);
    env[variable] = url(server.address().port);
  }
  for (const [variable, { name, url }] of Object.entries(serverOf)) {
    if (context.ports[name] !== undefined) env[variable] = url(context.ports[name]);
  }
  const stop = () => {
    for (const server of listening) server.close();
  };
  return { env, stop };
}

function makeProxy() {
  const proxy = http.createServer((_request, response) => response.writeHead(405).end());
  return proxy.on('connect', ({ url }, client) => {
    const { hostname, port } = new URL(`http://${url}`);
    const server = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(server).pipe(client);
    });
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
}

async function makeWebSocketServer({ load }) {
  const { WebSocketServer } = (await load('ws')).default;
  const server = http.createServer();
  new WebSocketServer({ server }).on('connection', (client) =>
    client.on('message', (message) => client.send(`echo of ${message}`)),
  );
  return server;
}

async function makeMailServer({ load, tls }) {
  const { SMTPServer } = (await load('smtp-server')).default;
  const options = { cert: tls.cert, key: tls.key, authOptional: true };
  const { server } = new SMTPServer({
    ...options,
    onData: (stream, _session, done) => stream.resume().on('end', done),
  });
  return server;
}

async function makeSshServer({ load }) {
  const { default: ssh2 } = await load('ssh2');
  const { private: hostKey } = ssh2.utils.generateKeyPairSync('ed25519');
  return new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (given) => given.accept());
    client.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        channel.write(`ran ${command}`);
        channel.exit(0);
        channel.end();
      }),
    );
  });
}
