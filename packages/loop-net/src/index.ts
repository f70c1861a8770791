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
export { withProactorNet, withProactorNet as withNet } from './with-proactor-net.js';
