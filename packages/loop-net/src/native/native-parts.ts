// Not by name: webpack evaluates calls of an imported `createRequire` while it bundles.
import nodeModule from 'node:module';
import { NotImplementedError, type ReadinessLoop, type SocketLoop } from '@bight/loop-abstract';
import type { BaseSelector } from '@bight/sockets';
import type { EngineHooks, EventEngine } from '@bight/sockets/low-level';
import type { NetDriver } from '../driver/net-driver.js';
import type { NetBaseLoop, NetHostLoop } from '../driver/network.js';

/** The parts that need `@bight/sockets`, which may be missing. */
export interface NativeParts {
  unavailableReason(): string | null;
  isSelector(value: unknown): value is BaseSelector;
  createEngine(hooks: EngineHooks, selector: BaseSelector | null): EventEngine;
  createDriver(loop: NetHostLoop): NetDriver;
  createReadiness(loop: NetBaseLoop): ReadinessLoop & SocketLoop;
}

const ENTRY = '@bight/loop-net/native';

let provided: NativeParts | null = null;
let failure: string | null = null;

/** Called by `@bight/loop-net/native`, which imports `@bight/sockets`. */
export function provideNativeParts(parts: NativeParts): void {
  provided = parts;
}

/** Why `@bight/sockets` cannot be used here; `null` where it can. */
export function unavailableReason(): string | null {
  return findParts()?.unavailableReason() ?? failure;
}

/**
 * The parts that need `@bight/sockets`, loaded at the first use.
 *
 * @throws {NotImplementedError} where the package is missing
 */
export function nativeParts(): NativeParts {
  const parts = findParts();
  if (parts === null) throw new NotImplementedError(`a selector loop is not possible here: ${failure}`);
  return parts;
}

function findParts(): NativeParts | null {
  if (provided === null && failure === null) failure = load();
  return provided;
}

/** Loads the parts at once, as an `import()` could not. @returns why they could not be loaded; `null` when they were */
function load(): string | null {
  try {
    nodeModule.createRequire(import.meta.url)(ENTRY);
  } catch (error) {
    const { code, message } = Object(error) as { code?: unknown; message?: unknown };
    if (/MODULE_NOT_FOUND/.test(String(code)) && /@bight\/sockets/.test(String(message)))
      return '@bight/sockets is not installed';
    return `the program has to import ${ENTRY}, which could not be loaded (${String(message).split('\n')[0]})`;
  }
  // The parts that were loaded beside a bundle belong to another copy of this package.
  return provided === null ? `a bundled program has to import ${ENTRY}` : null;
}
