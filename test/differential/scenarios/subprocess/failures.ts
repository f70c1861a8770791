import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getRunningLoop, RuntimeError, type SubprocessOptions, SubprocessProtocol, ValueError } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

class Unused extends SubprocessProtocol {
  constructor(readonly trace: Trace) {
    super();
  }

  override connectionMade(): void {
    this.trace('made');
  }

  override connectionLost(): void {
    this.trace('lost');
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function attempt(
    program: string,
    args: string[] = [],
    options: SubprocessOptions = {},
  ): Promise<void> {
    try {
      await loop.subprocessExec(() => new Unused(trace), program, args, options);
    } catch (error) {
      trace(error instanceof ValueError ? trace.kind(error) : error);
    }
  }

  const folder = mkdtempSync(path.join(tmpdir(), 'bight-'));
  const data = path.join(folder, 'data');
  writeFileSync(data, '');
  await attempt('/no/such/program');
  await attempt('no-such-program-anywhere');
  await attempt(data);
  await attempt(folder);
  await attempt('true', [], { cwd: '/no/such/folder' });
  await attempt('true', [], { cwd: data });
  await attempt('null\0byte');
  await attempt('true', ['null\0byte']);
  rmSync(folder, { recursive: true });

  function fails(): never {
    throw new RuntimeError('no protocol');
  }

  try {
    await loop.subprocessExec(fails, 'true');
  } catch (error) {
    trace(error);
  }
}
