import type { Host } from './host.js';
import { NodeHost } from './node/node-host.js';
import { WebHost } from './web/web-host.js';

/** The host for the platform at hand. */
export function createHost(): Host {
  return typeof setImmediate === 'function' && typeof globalThis.process?.nextTick === 'function'
    ? new NodeHost()
    : new WebHost();
}
