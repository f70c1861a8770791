import { ContextVar } from '@bight/contextvars';
import type { SimulatedHost } from './simulated-host.js';

/** The host on which the code that runs now is running. */
export const currentHost = new ContextVar<SimulatedHost | null>('simulated host', { default: null });
