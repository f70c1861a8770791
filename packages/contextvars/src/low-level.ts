export {
  capture,
  captureIn,
  captureOthers,
  captureWith,
  contextIn,
  currentRunContext,
  enterRunContext,
  type RunContext,
  runContext,
  runContextFor,
  runIn,
  runInCarrier,
} from './carriers.js';
export { currentContext, rootContextOf } from './context.js';
export { observeVariables } from './context-var.js';
export type { Carrier } from './platforms/carrier.js';
export { hasAsyncContext } from './platforms/current.js';
export { nodeInternals, setNodeInternals } from './platforms/node-internals.js';
export type { TaskHolder } from './platforms/run-context.js';
export { brandClass } from './shared/brand.js';
export { contextOf, isSnapshot, type Snapshot, snapshotOf } from './snapshot.js';
