import {
  type AbstractFuture,
  DEVNULL,
  getRunningLoop,
  PIPE,
  SubprocessProtocol,
  type SubprocessTransport,
  ValueError,
} from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

class Failing extends SubprocessProtocol {
  transport!: SubprocessTransport;

  constructor(readonly lost: AbstractFuture<void>) {
    super();
  }

  override connectionMade(transport: SubprocessTransport): void {
    this.transport = transport;
    throw new ValueError('made');
  }

  override pipeDataReceived(): void {
    throw new ValueError('data');
  }

  override pipeConnectionLost(fd: number): void {
    if (fd === 1) this.transport.getPipeTransport(0)!.close();
    throw new ValueError(`lost ${fd}`);
  }

  override processExited(): void {
    throw new ValueError('exited');
  }

  override connectionLost(): void {
    this.lost.setResult();
    throw new ValueError('lost');
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const lost = loop.createFuture<void>();
  loop.setExceptionHandler((_loop, context) => trace(...trace.context(context)));
  const [transport] = await loop.subprocessShell(
    () => new Failing(lost),
    'echo x; exec >&-; read x; exit 4',
    {
      stdin: PIPE,
      stdout: PIPE,
      stderr: DEVNULL,
    },
  );
  await lost;
  trace(transport.getReturncode());
}
