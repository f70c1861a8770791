// ssh2, both sides.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { HOST } from './serving.mjs';

export const ssh = {
  driver: 'ssh2',
  title: 'runs a command, both sides on the loop',
  async play({ bight, load, loop, forms }) {
    const { default: ssh2 } = await load('ssh2');
    const { private: hostKey } = ssh2.utils.generateKeyPairSync('ed25519');
    const host = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
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
    class Arriving extends bight.Protocol {
      connectionMade(transport) {
        host.injectSocket(bight.toSocket(transport));
      }
    }
    const server = await loop.createServer(() => new Arriving(), { host: HOST });
    const client = new ssh2.Client();
    const sock = forms.net(server.sockets[0].getsockname().port, HOST);
    client.connect({ sock, username: 'user', password: 'x' });
    await once(client, 'ready');
    const channel = await new Promise((resolve, reject) =>
      client.exec('it', (error, made) => (error ? reject(error) : resolve(made))),
    );
    let output = '';
    for await (const piece of channel) output += piece;
    assert.equal(output, 'ran it');
    client.end();
    server.close();
    server.closeClients();
    await server.waitClosed();
  },
};
