/**
 * Sees what an event loop does: traces for Perfetto, and an inspector with a live page.
 *
 * @packageDocumentation
 */

export { startFromEnvironment } from './inspector/autostart.js';
export { type Inspector, type InspectorOptions, startInspector } from './inspector/start-inspector.js';
export { recordTrace, type TraceOptions, type TraceRecorder } from './trace/record-trace.js';
