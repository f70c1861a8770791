// Not by name: webpack evaluates calls of an imported `createRequire` while it bundles.
import nodeModule from 'node:module';
import type { EngineHandler, EngineHooks, EventEngine, Program } from '@bight/sockets/low-level';

/** What `@bight/sockets`, which may be missing, can do and Node.js cannot. */
export interface NativeParts {
  openPipe(): [reading: number, writing: number];
  duplicateDescriptor(fd: number): number;
  /** @returns the process id, or a negative number: an error's, or {@link CANNOT_SPAWN} */
  spawnProgram(program: Program, ended: (returncode: number) => void): number;
  readonly CANNOT_SPAWN: number;
  createEngine(hooks: EngineHooks): EventEngine;
  /** Watches a descriptor for reading. @returns its slot */
  watch(engine: EventEngine, fd: number, handler: EngineHandler): number;
}

const ENTRY = '@bight/loop-subprocess/native';

let provided: NativeParts | null = null;
let isSought = false;

/**
 * Called by `@bight/loop-subprocess/native`, which imports `@bight/sockets`; with `null` where that does not work here.
 */
export function provideNativeParts(parts: NativeParts | null): void {
  provided = parts;
  isSought = true;
}

/** What `@bight/sockets` can do, loaded at the first use; `null` where it is missing or does not work. */
export function nativeParts(): NativeParts | null {
  if (!isSought) {
    isSought = true;
    try {
      // At once, as an `import()` could not. What it loads calls `provideNativeParts()`.
      nodeModule.createRequire(import.meta.url)(ENTRY);
    } catch {
      // It is not installed, or `require()` cannot load it here: the README lists what works without it.
    }
  }
  return provided;
}
