/**
 * TCP, UDP, Unix sockets, TLS, file sending and name look-up for any event loop.
 *
 * @packageDocumentation
 */

export type { NetBaseLoop, NetHostLoop } from './driver/network.js';
export { ProactorEventLoop } from './loops/proactor-event-loop.js';
export { SelectorEventLoop } from './loops/selector-event-loop.js';
export { withNet } from './loops/with-net.js';
export { withProactorNet } from './loops/with-proactor-net.js';
export { withSelectorNet } from './loops/with-selector-net.js';
export type { KeepsUnread } from './methods/start-tls.js';
export { Server } from './public-classes.js';
export { withReadiness } from './selector/with-readiness.js';
export { createDefaultContext, type DefaultContextOptions, SSLContext } from './tls/ssl-context.js';
