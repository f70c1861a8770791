export {
  type EngineHandler,
  MODE_DATAGRAM,
  MODE_LISTEN,
  MODE_READY,
  MODE_STREAM,
  type UnsentDatagram,
} from './engine/engine-handler.js';
export { type EngineHooks, EventEngine } from './engine/event-engine.js';
export { receiveInto, sendPieces } from './engine/transfer.js';
