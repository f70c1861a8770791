import type { AddrInfo } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import type { Completion } from '../../src/driver/net-driver.js';
import type { Network } from '../../src/driver/network.js';
import type { SocketChannel } from '../../src/driver/socket-channel.js';
import { ConnectRace } from '../../src/methods/connect-race.js';

/** An attempt of a driver that the test completes by hand. */
interface FakeAttempt {
  host: string;
  local: string | null;
  settled: Completion<SocketChannel>;
  cancelled: boolean;
}

class FakeNetwork {
  readonly attempts: FakeAttempt[] = [];
  readonly closed: string[] = [];
  /** What the race's timers wait for, in seconds. */
  readonly timers: { seconds: number; fire: () => void; cancelled: boolean }[] = [];

  constructor(readonly loop: CoreEventLoop) {}

  asNetwork(): Network {
    const { attempts, timers } = this;
    return {
      loop: {
        createFuture: () => this.loop.createFuture(),
        callLater(seconds: number, fire: () => void) {
          const timer = {
            seconds,
            fire,
            cancelled: false,
            cancel: () => Object.assign(timer, { cancelled: true }),
          };
          timers.push(timer);
          return timer;
        },
      },
      driver: {
        connect(address: AddrInfo, local: { host: string } | null, settled: Completion<SocketChannel>) {
          const { host } = address.sockaddr as { host: string };
          const attempt: FakeAttempt = { host, local: local?.host ?? null, settled, cancelled: false };
          attempts.push(attempt);
          return { cancel: () => Object.assign(attempt, { cancelled: true }) };
        },
      },
    } as unknown as Network;
  }

  channel(name: string): SocketChannel {
    return { close: () => this.closed.push(name) } as unknown as SocketChannel;
  }
}

function addresses(...hosts: string[]): AddrInfo[] {
  return hosts.map((host) => ({
    family: host.includes(':') ? 10 : 2,
    type: 1,
    proto: 6,
    canonname: '',
    sockaddr: { host, port: 80 },
  }));
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

async function onLoop(body: (loop: CoreEventLoop) => Promise<void>): Promise<void> {
  const loop = new CoreEventLoop();
  await loop.runUntilComplete(() => body(loop));
  loop.close();
}

describe('the race of connection attempts', () => {
  test('without a delay the next address is tried when the last one failed', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2', '3'), {
        delaySeconds: null,
        locals: null,
      });
      expect(fake.attempts.map(({ host }) => host)).toEqual(['1']);
      fake.attempts[0]!.settled(failure('ECONNREFUSED'), null);
      expect(fake.attempts.map(({ host }) => host)).toEqual(['1', '2']);
      const channel = fake.channel('2');
      fake.attempts[1]!.settled(null, channel);
      expect(await race.winner).toBe(channel);
      expect(race.take()).toBe(channel);
      race.stop();
      expect(fake.attempts).toHaveLength(2);
      expect(fake.timers).toEqual([]);
      expect(fake.closed).toEqual([]);
    });
  });

  test('with a delay attempts overlap, the first to connect wins and the rest are closed', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2', '3', '4'), {
        delaySeconds: 0.25,
        locals: null,
      });
      expect(fake.timers.map(({ seconds }) => seconds)).toEqual([0.25]);
      fake.timers[0]!.fire();
      fake.timers[1]!.fire();
      expect(fake.attempts.map(({ host }) => host)).toEqual(['1', '2', '3']);
      fake.attempts[1]!.settled(null, fake.channel('2'));
      await race.winner;
      race.take();
      race.stop();
      expect(fake.attempts.map(({ cancelled }) => cancelled)).toEqual([true, false, true]);
      expect(fake.timers[2]!.cancelled).toBe(true);
      fake.timers[2]!.fire();
      expect(fake.attempts).toHaveLength(3);
      expect(fake.closed).toEqual([]);
    });
  });

  test('a failure starts the next attempt before its time, but only once', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      new ConnectRace(fake.asNetwork(), addresses('1', '2', '3', '4'), { delaySeconds: 1, locals: null });
      fake.timers[0]!.fire();
      expect(fake.attempts).toHaveLength(2);
      // The second attempt is the answer to the first one's delay; that it fails as well is no reason for another.
      fake.attempts[0]!.settled(failure('ETIMEDOUT'), null);
      expect(fake.attempts).toHaveLength(2);
      fake.attempts[1]!.settled(failure('ECONNREFUSED'), null);
      expect(fake.attempts).toHaveLength(3);
      expect(fake.timers[1]!.cancelled).toBe(true);
    });
  });

  test('when all fail, the errors are in the order of the addresses', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2', '3'), {
        delaySeconds: 1,
        locals: null,
      });
      fake.timers[0]!.fire();
      fake.timers[1]!.fire();
      for (const index of [2, 0, 1]) fake.attempts[index]!.settled(failure(`E${index + 1}`), null);
      expect(await race.winner).toBeNull();
      expect(race.errors.map(({ message }) => message)).toEqual(['E1', 'E2', 'E3']);
    });
  });

  test('a race that is stopped before its caller took the winner closes it', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2'), { delaySeconds: 0, locals: null });
      fake.attempts[0]!.settled(null, fake.channel('1'));
      race.stop();
      expect(fake.closed).toEqual(['1']);
    });
  });

  test('a loser that connects although it was cancelled is closed', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2'), { delaySeconds: 0, locals: null });
      fake.timers[0]!.fire();
      fake.attempts[0]!.settled(null, fake.channel('1'));
      fake.attempts[1]!.settled(null, fake.channel('2'));
      expect(race.take()).not.toBeNull();
      expect(fake.closed).toEqual(['2']);
    });
  });

  test('each attempt is bound to the first local address of its family that is available', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const locals = addresses('a:', 'b', 'c');
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2:'), { delaySeconds: null, locals });
      fake.attempts[0]!.settled(failure('EADDRINUSE'), null);
      fake.attempts[1]!.settled(failure('ECONNREFUSED'), null);
      fake.attempts[2]!.settled(failure('EADDRNOTAVAIL'), null);
      expect(fake.attempts.map(({ host, local }) => `${local}>${host}`)).toEqual(['b>1', 'c>1', 'a:>2:']);
      expect(await race.winner).toBeNull();
      expect(race.errors.map(({ message }) => message)).toEqual(['ECONNREFUSED', 'EADDRNOTAVAIL']);
    });
  });

  test('an attempt is cancelled that follows one which failed at once', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const network = fake.asNetwork();
      const { driver } = network as unknown as { driver: { connect(...args: unknown[]): object } };
      const { connect } = driver;
      driver.connect = (address, local, settled) => {
        const attempt = connect(address, local, settled);
        // As the selector's driver reports a bind() that fails.
        if (fake.attempts.length === 1) fake.attempts[0]!.settled(failure('EADDRINUSE'), null);
        return attempt;
      };
      const race = new ConnectRace(network, addresses('1'), {
        delaySeconds: null,
        locals: addresses('a', 'b'),
      });
      expect(fake.attempts.map(({ local }) => local)).toEqual(['a', 'b']);
      race.stop();
      expect(fake.attempts.map(({ cancelled }) => cancelled)).toEqual([false, true]);
    });
  });

  test('no local address of the family is an error of that address', async () => {
    await onLoop(async (loop) => {
      const fake = new FakeNetwork(loop);
      const race = new ConnectRace(fake.asNetwork(), addresses('1', '2:'), {
        delaySeconds: 1,
        locals: addresses('b'),
      });
      fake.attempts[0]!.settled(failure('ECONNREFUSED'), null);
      expect(await race.winner).toBeNull();
      expect(race.errors.map(({ message }) => message)).toEqual([
        'ECONNREFUSED',
        'no matching local address with family=10 found',
      ]);
    });
  });
});
