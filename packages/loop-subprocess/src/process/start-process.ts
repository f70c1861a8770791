import type {
  AbstractFuture,
  ProtocolFactory,
  SubprocessOptions,
  SubprocessProtocolLike,
  SubprocessTransport,
} from '@bight/loop-abstract';
import { checkCallback } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { ConnectionContext } from '@bight/loop-core/low-level';
import type { Environment } from '../environment/environment.js';
import { kExited } from '../internals.js';
import type { Command } from './command.js';
import { spawn } from './spawn.js';
import { planStdio } from './stdio.js';
import { checkProcessOptions } from './subprocess-options.js';
import { ChildTransport } from './subprocess-transport.js';

/** Starts a process with a transport and a protocol. When that is cancelled, the process is killed and waited for. */
export function startProcess<P extends SubprocessProtocolLike>(
  environment: Environment,
  protocolFactory: ProtocolFactory<P>,
  command: Command,
  given: SubprocessOptions | null | undefined,
): AbstractFuture<[SubprocessTransport, P]> {
  checkCallback(protocolFactory, 'protocolFactory');
  const plan = planStdio(given);
  const options = checkProcessOptions(given);
  const { loop } = environment;
  return coroutine<[SubprocessTransport, P]>(loop, function* () {
    const protocol = protocolFactory();
    // Taken before the first wait: it is the caller's context.
    const context = new ConnectionContext(loop);
    const spawned = yield* spawn(loop, command, plan, options);
    const waiter = loop.createFuture<void>();
    const parts = { waiter, isDetached: options.detached };
    const transport = new ChildTransport(environment, context, protocol, spawned, parts);
    try {
      yield* waiter;
    } catch (error) {
      transport.close();
      yield* transport[kExited]();
      throw error;
    }
    return [transport, protocol];
  });
}
