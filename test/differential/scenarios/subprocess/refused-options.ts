import { getRunningLoop, SubprocessProtocol } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const factory = () => new SubprocessProtocol();
  const refusedForPrograms: [string, unknown][] = [
    ['universalNewlines', true],
    ['text', true],
    ['encoding', 'utf-8'],
    ['errors', 'strict'],
    ['bufsize', 1],
    ['shell', true],
  ];
  for (const [name, value] of refusedForPrograms) {
    try {
      await loop.subprocessExec(factory, 'true', [], { [name]: value });
    } catch (error) {
      trace('exec', name.replace('Newlines', ''), trace.kind(error));
    }
  }
  const refusedForTheShell: [string, unknown][] = [
    ['shell', false],
    ['text', true],
    ['bufsize', 4096],
  ];
  for (const [name, value] of refusedForTheShell) {
    try {
      await loop.subprocessShell(factory, 'true', { [name]: value });
    } catch (error) {
      trace('shell', name, trace.kind(error));
    }
  }
  for (const cmd of [['true'], 1]) {
    try {
      await loop.subprocessShell(factory, cmd as never);
    } catch (error) {
      trace('shell', trace.kind(error));
    }
  }
}
