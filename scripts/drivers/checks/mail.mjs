// nodemailer and smtp-server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { HOST } from './serving.mjs';

export const mail = {
  driver: 'nodemailer',
  title: 'sends to smtp-server with STARTTLS, both on the loop',
  async play({ bight, load, loop, forms, tls }) {
    const { SMTPServer } = (await load('smtp-server')).default;
    const { default: nodemailer } = await load('nodemailer');
    let received = '';
    const smtp = new SMTPServer({
      key: tls.key,
      cert: tls.cert,
      authOptional: true,
      onData(stream, _session, done) {
        stream.on('data', (piece) => (received += piece)).on('end', done);
      },
    });
    class Arriving extends bight.Protocol {
      connectionMade(transport) {
        smtp.server.emit('connection', bight.toSocket(transport));
      }
    }
    const server = await loop.createServer(() => new Arriving(), { host: HOST });
    const { port } = server.sockets[0].getsockname();
    const socket = forms.net(port, HOST);
    await once(socket, 'connect');
    const transport = nodemailer.createTransport({
      connection: socket,
      requireTLS: true,
      tls: { ca: tls.cert, servername: 'localhost' },
    });
    await transport.sendMail({
      from: 'a@example.org',
      to: 'b@example.org',
      subject: 'subject',
      text: 'the text',
    });
    assert.match(received, /the text/);
    transport.close();
    server.close();
    server.closeClients();
    await server.waitClosed();
  },
};
