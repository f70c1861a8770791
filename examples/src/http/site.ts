import { fileResponse } from './files.js';
import type { HttpLoop, HttpRequest } from './http-connection.js';
import { HttpError } from './request-head.js';
import type { Response } from './response.js';
import { webSocketResponse } from './web-socket/handshake.js';
import type { WebSocket } from './web-socket/web-socket.js';

/**
 * The example's routes: the files of a folder; `/echo`, which streams the body of a POST back; `/socket`, a WebSocket
 * that echoes every message.
 *
 * @param root - the real path of the folder
 */
export function site(loop: HttpLoop, root: string): (request: HttpRequest) => Response | Promise<Response> {
  return (request) => {
    switch (request.target) {
      case '/echo':
        return echo(request);
      case '/socket':
        return webSocketResponse(loop, request, echoMessages);
      default:
        return fileResponse(root, request);
    }
  };
}

function echo({ method, fields, body }: HttpRequest): Response {
  if (method !== 'POST') throw new HttpError('405 Method Not Allowed', { Allow: 'POST' });
  return {
    status: '200 OK',
    fields: { 'Content-Type': fields.get('content-type') ?? 'application/octet-stream' },
    body,
    trailers: () => body.trailers,
  };
}

async function echoMessages(socket: WebSocket): Promise<void> {
  for await (const message of socket) await socket.send(message);
}
