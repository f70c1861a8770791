import type { Host } from './host.js';
import { NodeHost } from './node/node-host.js';
import { nextTick, setImmediate } from './platform.js';
import { WebHost } from './web/web-host.js';

/** The host for the platform at hand. */
export function createHost(): Host {
  return typeof setImmediate === 'function' && nextTick !== undefined ? new NodeHost() : new WebHost();
}
