// ws, both sides.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { HOST, serving } from './serving.mjs';

export const ws = {
  driver: 'ws',
  title: 'both sides, with compression, messages of 1 MB, a close code',
  async play(context) {
    const { default: WebSocket } = await context.load('ws');
    const { WebSocketServer } = WebSocket;
    const app = http.createServer();
    const sockets = new WebSocketServer({ server: app, perMessageDeflate: true });
    sockets.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    await serving(context, app, async (port) => {
      const client = new WebSocket(`ws://${HOST}:${port}/`, {
        createConnection: context.forms.ws,
        perMessageDeflate: true,
      });
      await once(client, 'open');
      for (const text of ['hello', 'x'.repeat(1_000_000)]) {
        const message = once(client, 'message');
        client.send(text);
        assert.equal(String((await message)[0]), text);
      }
      client.close(4001, 'enough');
      const [code] = await once(client, 'close');
      assert.equal(code, 4001);
    });
  },
};
