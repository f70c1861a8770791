import { NotImplementedError } from '@bight/loop-abstract';
import { Socket } from '@bight/sockets';
import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import { ProactorEventLoop, SelectorEventLoop } from '../../src/index.js';

const whichLoop = (env: Record<string, string>) =>
  runTypeScript('packages/bight/test/programs/which-loop.ts', { env: { BIGHT_DEBUG: '', ...env } });

describe('the usual loop', () => {
  test.each(['SelectorEventLoop', 'ProactorEventLoop'])('can be chosen: %s', async (name) => {
    const wanted = name.replace('EventLoop', '').toLowerCase();
    const { stdout, status } = await whichLoop({ BIGHT_LOOP: wanted });
    expect({ stdout, status }).toEqual({
      stdout: `${name} <${name} running=false closed=false debug=false>\n`,
      status: 0,
    });
  });

  test('is the one on a selector where the addon is there', async () => {
    const { stdout } = await whichLoop({ BIGHT_LOOP: '' });
    expect(stdout).toContain('SelectorEventLoop');
  });

  test('is that of Node where there is no addon', async () => {
    const { stdout } = await whichLoop({ BIGHT_LOOP: '', BIGHT_SOCKETS_BINARY: '/nonexistent' });
    expect(stdout).toContain('ProactorEventLoop');
  });

  test('names the reason why the other one is not available', async () => {
    const { stderr, status } = await whichLoop({
      BIGHT_LOOP: 'selector',
      BIGHT_SOCKETS_BINARY: '/nonexistent',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/NotImplementedError.*\/nonexistent does not exist/);
  });

  test('has a name that exists', async () => {
    const { stderr, status } = await whichLoop({ BIGHT_LOOP: 'epoll' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/ValueError.*BIGHT_LOOP must be 'selector' or 'proactor', not "epoll"/);
  });
});

describe('methods that need a selector', () => {
  const nothing = (): void => undefined;
  const calls: Record<string, (loop: SelectorEventLoop | ProactorEventLoop, sock: Socket) => unknown> = {
    addReader: (loop) => loop.addReader(0, nothing),
    removeReader: (loop) => loop.removeReader(0),
    addWriter: (loop) => loop.addWriter(0, nothing),
    removeWriter: (loop) => loop.removeWriter(0),
    sockRecv: (loop, sock) => loop.sockRecv(sock, 1),
    sockRecvInto: (loop, sock) => loop.sockRecvInto(sock, Buffer.alloc(1)),
    sockRecvfrom: (loop, sock) => loop.sockRecvfrom(sock, 1),
    sockRecvfromInto: (loop, sock) => loop.sockRecvfromInto(sock, Buffer.alloc(1)),
    sockSendall: (loop, sock) => loop.sockSendall(sock, Buffer.alloc(1)),
    sockSendto: (loop, sock) => loop.sockSendto(sock, Buffer.alloc(1), ''),
    sockConnect: (loop, sock) => loop.sockConnect(sock, ''),
    sockAccept: (loop, sock) => loop.sockAccept(sock),
    sockSendfile: (loop, sock) => loop.sockSendfile(sock, 0),
  };

  test.each(Object.keys(calls))('%s names the loop class that has it', (name) => {
    const loop = new ProactorEventLoop();
    const sock = new Socket();
    expect(() => calls[name]!(loop, sock)).toThrow(NotImplementedError);
    expect(() => calls[name]!(loop, sock)).toThrow(/^ProactorEventLoop .*SelectorEventLoop/);
    sock.close();
    loop.close();
  });
});

test('both loops have the rest of what a loop can do', () => {
  for (const Loop of [ProactorEventLoop, SelectorEventLoop]) {
    for (const name of ['createServer', 'subprocessExec', 'addSignalHandler', 'connectReadPipe'] as const) {
      expect(typeof Loop.prototype[name]).toBe('function');
    }
  }
});
