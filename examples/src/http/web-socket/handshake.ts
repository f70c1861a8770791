import { createHash } from 'node:crypto';

import type { HttpLoop, HttpRequest } from '../http-connection.js';
import { HttpError, optionsOf } from '../request-head.js';
import type { Response } from '../response.js';
import { usualWebSocketLimits, WebSocket, type WebSocketLimits } from './web-socket.js';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Answers a request for a WebSocket.
 * @param serve - serves the client; the socket is closed when it returns
 * @throws {HttpError} when the request is not one for a WebSocket
 */
export function webSocketResponse(
  loop: HttpLoop,
  request: HttpRequest,
  serve: (socket: WebSocket) => PromiseLike<void>,
  limits: WebSocketLimits = usualWebSocketLimits,
): Response {
  const { method, minorVersion, fields } = request;
  const has = (name: string, option: string) => optionsOf(fields.get(name)).includes(option);
  const mayUpgrade = minorVersion === 1 && has('connection', 'upgrade') && has('upgrade', 'websocket');
  if (method !== 'GET' || !mayUpgrade) throw new HttpError('426 Upgrade Required', { Upgrade: 'websocket' });
  if (fields.get('sec-websocket-version') !== '13')
    throw new HttpError('426 Upgrade Required', { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' });
  const key = fields.get('sec-websocket-key') ?? '';
  if (!/^[\w+/]{22}==$/.test(key)) throw new HttpError('400 Bad Request');
  return {
    status: '101 Switching Protocols',
    fields: {
      Upgrade: 'websocket',
      'Sec-WebSocket-Accept': createHash('sha1').update(`${key}${MAGIC}`).digest('base64'),
    },
    upgrade: (transport, rest) => new WebSocket(loop, transport, rest, serve, limits),
  };
}
