/**
 * Node programs on bight's loops: sockets over transports, HTTP servers, connections of drivers and clients.
 *
 * @packageDocumentation
 */

export { type Connector, connector } from './clients/connector.js';
export type { IoredisConnector, IoredisConnectorClass } from './clients/ioredis.js';
export type { ConnectorOptions } from './clients/settings.js';
export type { UndiciCallback, UndiciTarget } from './clients/undici.js';
export { bindEmitter } from './emitters/bind-emitter.js';
export { type AttachHttpOptions, attachHttp } from './http/attach-http.js';
export { type ToSocketOptions, toSocket } from './sockets/to-socket.js';
export { toDuplex } from './streams/to-duplex.js';
