export {
  capture,
  captureIn,
  captureOthers,
  captureWith,
  contextIn,
  currentRunContext,
  type RunContext,
  runContext,
  runIn,
  runInCarrier,
} from './carriers.js';
export { currentContext } from './context.js';
export { nodeInternals, setNodeInternals } from './platforms/node-internals.js';
export type { Carrier } from './platforms/platform.js';
export { contextOf, isSnapshot, type Snapshot, snapshotOf } from './snapshot.js';
