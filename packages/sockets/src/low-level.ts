/**
 * For authors of event loops: the engine that watches descriptors, receives, accepts and sends in C, and single
 * attempts at what may not be possible yet.
 *
 * @packageDocumentation
 */
export {
  checkConnected,
  NOT_READY,
  seek,
  tryAccept,
  tryConnect,
  tryReceive,
  tryReceiveFrom,
  tryReceiveFromInto,
  tryReceiveInto,
  trySend,
  trySendFile,
  trySendTo,
} from './engine/attempts.js';
export type { DescriptorClaims, DescriptorOwner } from './engine/descriptor-claims.js';
export {
  closeDescriptor,
  disownDescriptor,
  duplicateDescriptor,
  endSending,
  openPipe,
  sendFilePart,
} from './engine/descriptors.js';
export {
  type EngineHandler,
  MODE_DATAGRAM,
  MODE_LISTEN,
  MODE_READY,
  MODE_STREAM,
  type UnsentDatagram,
} from './engine/engine-handler.js';
export { type EngineHooks, EventEngine, LONGEST_COPIED } from './engine/event-engine.js';
export { type SocketFacts, SocketView } from './engine/socket-view.js';
export { receiveInto, sendPieces } from './engine/transfer.js';
export { CANNOT_SPAWN, type Program, spawnProgram } from './processes/spawn-program.js';
export { isSocket, listenForLoss, takeDescriptor } from './sockets/socket.js';
export type { DescriptorListener } from './sockets/unclosed.js';
export { TlsConnection, type TlsConnectionParts } from './tls/tls-connection.js';
export { hasTls, TlsContext, trustRoots, wouldHaveTls } from './tls/tls-context.js';
export { TlsMemory } from './tls/tls-memory.js';
export * as tlsNumbers from './tls/tls-tables.js';
