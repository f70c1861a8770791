/**
 * TCP, UDP, Unix sockets, TLS, file sending and name look-up for any event loop.
 *
 * @packageDocumentation
 */

export type { NetHostLoop } from './net-base-loop.js';
export { ProactorEventLoop } from './proactor-event-loop.js';
export { SelectorHost } from './selector/selector-host.js';
export { SelectorEventLoop } from './selector-event-loop.js';
export { Server } from './server.js';
export type { KeepsUnread } from './start-tls.js';
export { createDefaultContext, type DefaultContextOptions, SSLContext } from './tls/ssl-context.js';
export { withNet } from './with-net.js';
export { withProactorNet } from './with-proactor-net.js';
export { withSelectorNet } from './with-selector-net.js';
