import { RuntimeError } from '@bight/loop-abstract';

interface SeaModule {
  isSea(): boolean;
}

type Builtins = { getBuiltinModule?(name: 'node:sea'): SeaModule | undefined };

/**
 * Refuses to start processes in a single-executable application, where `process.execPath` is the application: it would
 * start itself again, and that would, too.
 *
 * @throws {RuntimeError} in a single-executable application
 */
export function requireNodeExecutable(): void {
  if ((process as Builtins).getBuiltinModule?.('node:sea')?.isSea() !== true) return;
  throw new RuntimeError('a single-executable application has no node that could run processes: use threads');
}
