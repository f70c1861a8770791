import type { AbstractServer } from '@bight/loop-abstract';
import { Server as ServerClass } from './methods/server.js';

/** A server that accepts connections, as `loop.createServer()` makes it. @python asyncio.Server */
export type Server = AbstractServer;
/** The class of servers: `value instanceof Server`. `loop.createServer()` makes them. @python asyncio.Server */
export const Server: typeof AbstractServer = ServerClass as unknown as typeof AbstractServer;
