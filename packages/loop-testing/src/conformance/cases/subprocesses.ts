import { realpathSync } from 'node:fs';
import { RuntimeError, ValueError } from '@bight/contextvars';
import {
  type AbstractEventLoop,
  type AbstractFuture,
  type BaseTransport,
  DEVNULL,
  PIPE,
  ProcessLookupError,
  STDOUT,
  SubprocessProtocol,
  type SubprocessTransport,
  type WriteTransport,
} from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../case.js';
import { deepEqual, equal, fails, ok } from '../check.js';

/** Records the events of a process. */
class Watcher extends SubprocessProtocol {
  readonly events: string[] = [];
  readonly output: Record<number, string> = { 1: '', 2: '' };
  readonly lost: AbstractFuture<Error | null>;
  transport!: SubprocessTransport;

  constructor(loop: AbstractEventLoop) {
    super();
    this.lost = loop.createFuture();
  }

  override connectionMade(transport: BaseTransport): void {
    this.events.push('made');
    this.transport = transport as SubprocessTransport;
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.output[fd] += data.toString();
  }

  override pipeConnectionLost(fd: number): void {
    this.events.push(`pipe ${fd} lost`);
  }

  override processExited(): void {
    this.events.push('exited');
  }

  override connectionLost(error: Error | null): void {
    this.events.push('lost');
    this.lost.setResult(error);
  }
}

/** Subprocesses; the programs are `sh`, `cat` and `sleep`. */
export const subprocessCases: CaseDefinition[] = [
  ...suite(
    'SubprocessLoop',
    'subprocessExec()',
    (define) => {
      define('runs a program with arguments, and collects its output', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'sh', [
            '-c',
            'echo "$0 $1"; echo oops >&2; exit 3',
            'one argument',
            'another',
          ]);
          ok((transport.getPid() ?? 0) > 0);
          equal(await watcher.lost, null);
          deepEqual(watcher.output, { 1: 'one argument another\n', 2: 'oops\n' });
          equal(transport.getReturncode(), 3);
        });
      });

      define('delivers everything to its protocol once, the end last', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'sh', [
            '-c',
            'exit 0',
          ]);
          await watcher.lost;
          equal(watcher.events[0], 'made');
          equal(watcher.events.at(-1), 'lost');
          for (const event of ['exited', 'pipe 1 lost', 'pipe 2 lost', 'lost']) {
            equal(watcher.events.filter((other) => other === event).length, 1, event);
          }
          transport.close();
        });
      });

      define('writes to the standard input, which closing ends', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'cat');
          const stdin = transport.getPipeTransport(0) as WriteTransport;
          stdin.write(Buffer.from('through '));
          stdin.write(Buffer.from('cat'));
          stdin.close();
          await watcher.lost;
          equal(watcher.output[1], 'through cat');
          equal(transport.getReturncode(), 0);
        });
      });

      define('gives death by a signal as its negative number', async ({ loop, run }) => {
        await run(async () => {
          for (const [method, number] of [
            ['kill', 9],
            ['terminate', 15],
          ] as const) {
            const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'sleep', [
              '1000',
            ]);
            equal(transport.getReturncode(), null);
            transport[method]();
            await watcher.lost;
            equal(transport.getReturncode(), -number);
          }
        });
      });

      define(
        'kills the process in close()',
        async ({ loop, run }) => {
          await run(async () => {
            const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'sleep', [
              '1000',
            ]);
            transport.close();
            equal(transport.isClosing(), true);
            await watcher.lost;
            ok(watcher.events.includes('exited'));
          });
        },
        { states: ['fresh', 'running'] },
      );

      define('sends no signal to a process that has ended', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessExec(() => new Watcher(loop), 'sh', [
            '-c',
            'exit 0',
          ]);
          await watcher.lost;
          await fails(() => transport.sendSignal('SIGTERM'), ProcessLookupError);
          await fails(() => transport.kill(), ProcessLookupError);
        });
      });

      define('takes directory and environment', async ({ loop, run, directory }) => {
        const cwd = realpathSync(directory());
        await run(async () => {
          const [, watcher] = await loop.subprocessExec(
            () => new Watcher(loop),
            'sh',
            ['-c', 'pwd; echo "$COLOUR"'],
            { cwd, env: { ...process.env, COLOUR: 'red' } },
          );
          await watcher.lost;
          equal(watcher.output[1], `${cwd}\nred\n`);
        });
      });

      define('takes other ends for the standard streams', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessExec(
            () => new Watcher(loop),
            'sh',
            ['-c', 'echo out; echo err >&2; cat'],
            { stdin: DEVNULL, stdout: PIPE, stderr: STDOUT },
          );
          equal(transport.getPipeTransport(0), null);
          equal(transport.getPipeTransport(2), null);
          await watcher.lost;
          equal(watcher.output[1], 'out\nerr\n');
        });
      });

      define('fails with the code of the system where there is no such program', async ({ loop, run }) => {
        await run(async () => {
          const error = await fails(
            () => loop.subprocessExec(() => new Watcher(loop), '/nonexistent/program'),
            Error,
          );
          equal((error as NodeJS.ErrnoException).code, 'ENOENT');
        });
      });

      define('refuses what asyncio refuses, too', async ({ loop, run }) => {
        await run(async () => {
          const start = (options: object) => loop.subprocessExec(() => new Watcher(loop), 'sh', [], options);
          for (const options of [{ shell: true }, { bufsize: 1 }, { text: true }, { encoding: 'utf8' }]) {
            await fails(() => start(options), ValueError);
          }
          await fails(() => loop.subprocessExec(null as never, 'sh'), TypeError);
          await fails(() => loop.subprocessExec(() => new Watcher(loop), 5 as never), TypeError);
        });
      });

      define(
        'is refused by a closed loop',
        async ({ loop }) => {
          await fails(
            () => loop.subprocessExec(() => new SubprocessProtocol(), 'sh'),
            RuntimeError,
            'closed',
          );
        },
        { states: ['closed'] },
      );
    },
    { states: WITH_SYSTEM, needs: ['TaskLoop'] },
  ),

  ...suite(
    'SubprocessLoop',
    'subprocessShell()',
    (define) => {
      define('runs a command in the shell', async ({ loop, run }) => {
        await run(async () => {
          const [transport, watcher] = await loop.subprocessShell(
            () => new Watcher(loop),
            'echo one | cat && exit 4',
          );
          await watcher.lost;
          equal(watcher.output[1], 'one\n');
          equal(transport.getReturncode(), 4);
        });
      });

      define('refuses what is no command', async ({ loop, run }) => {
        await run(async () => {
          await fails(() => loop.subprocessShell(() => new Watcher(loop), ['ls'] as never), Error);
          await fails(
            () => loop.subprocessShell(() => new Watcher(loop), 'ls', { shell: false } as never),
            ValueError,
          );
        });
      });
    },
    { states: WITH_SYSTEM, needs: ['TaskLoop'] },
  ),
];
