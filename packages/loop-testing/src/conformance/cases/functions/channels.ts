import {
  BrokenResourceError,
  CancelledError,
  ClosedResourceError,
  EndOfStream,
  RuntimeError,
  WouldBlock,
} from '@bight/loop-abstract';
import { CancelScope, createTask, gather } from '@bight/loop-core';
import { type CaseDefinition, suite } from '../../case.js';
import { deepEqual, equal, fails, throws } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

/** Channels and limiters. */
export const channelCases = (bight: HighLevel): CaseDefinition[] => [
  ...handingOn(bight),
  ...endingChannels(bight),
  ...cancellingChannels(bight),
  ...limiting(bight),
];

const handingOn = ({ openChannel, ChannelSender, ChannelReceiver }: HighLevel) =>
  suite('TaskLoop', 'of bight,', (define) => {
    for (const maxBuffer of [0, 2, Number.POSITIVE_INFINITY]) {
      define(`a channel with a buffer of ${maxBuffer} hands on in order`, async ({ task }) => {
        const received = await task(async () => {
          const [sender, receiver] = openChannel({ maxBuffer });
          deepEqual([sender instanceof ChannelSender, receiver instanceof ChannelReceiver], [true, true]);
          const send = async () => {
            for (const value of [1, 2, 3]) await sender.send(value);
            sender.close();
            return [];
          };
          const receive = async () => {
            const values: unknown[] = [];
            for await (const value of receiver) values.push(value);
            return values;
          };
          return (await gather([send, receive]))[1];
        });
        deepEqual(received, [1, 2, 3]);
      });
    }

    define('a channel without a buffer has its sender wait for a receiver', async ({ task, turns }) => {
      await task(async () => {
        const [sender, receiver] = openChannel({ maxBuffer: 0 });
        throws(() => sender.sendNowait('none'), WouldBlock);
        throws(() => receiver.receiveNowait(), WouldBlock);
        const sending = sender.send('value');
        await turns(2);
        equal(sender.statistics().tasksWaitingSend, 1);
        equal(receiver.receiveNowait(), 'value');
        await sending;
        const receiving = receiver.receive();
        sender.sendNowait('directly');
        equal(await receiving, 'directly');
      });
    });
  });

const endingChannels = ({ openChannel }: HighLevel) =>
  suite('TaskLoop', 'of bight,', (define) => {
    define('a channel ends with its last sender, and breaks with its last receiver', async ({ task }) => {
      await task(async () => {
        const [sender, receiver] = openChannel({ maxBuffer: 1 });
        const clone = sender.clone();
        await sender.send('last');
        sender.close();
        await fails(async () => await sender.send('closed'), ClosedResourceError);
        equal(await receiver.receive(), 'last');
        throws(() => receiver.receiveNowait(), WouldBlock);
        clone.close();
        await fails(async () => await receiver.receive(), EndOfStream);
        const [lonely, closed] = openChannel({ maxBuffer: 1 });
        closed.close();
        await fails(async () => await lonely.send('broken'), BrokenResourceError);
        await fails(async () => await closed.receive(), ClosedResourceError);
      });
    });

    define('a channel wakes what waits at an end that is closed', async ({ task, turns }) => {
      await task(async () => {
        const [sender, receiver] = openChannel({ maxBuffer: 0 });
        const other = receiver.clone();
        const waits = [receiver.receive(), other.receive()];
        await turns(1);
        receiver.close();
        await fails(async () => await waits[0], ClosedResourceError);
        sender.close();
        await fails(async () => await waits[1], EndOfStream);
      });
    });
  });

const cancellingChannels = ({ openChannel }: HighLevel) =>
  suite(
    'TaskLoop',
    'of bight,',
    (define) => {
      define(
        'a channel has sent nothing, and taken nothing, for what was cancelled',
        async ({ run, turns }) => {
          await run(async () => {
            const [sender, receiver] = openChannel({ maxBuffer: 0 });
            for (const wait of [() => sender.send('never'), () => receiver.receive()]) {
              const waiting = createTask(async () => await wait());
              await turns(2);
              waiting.cancel();
              await fails(() => waiting, CancelledError);
              throws(() => receiver.receiveNowait(), WouldBlock);
              throws(() => sender.sendNowait('value'), WouldBlock);
            }
          });
        },
      );

      define('a channel is refused in a cancelled scope, and has handed nothing on', async ({ task }) => {
        await task(async () => {
          const [sender, receiver] = openChannel({ maxBuffer: 2 });
          await sender.send('value');
          await new CancelScope().run(async (scope) => {
            scope.cancel();
            await fails(async () => await sender.send('never'), CancelledError);
            await fails(async () => await receiver.receive(), CancelledError);
          });
          equal(await receiver.receive(), 'value');
          throws(() => receiver.receiveNowait(), WouldBlock);
        });
      });
    },
    { needs: ['coreTasks'] },
  );

const limiting = ({ CapacityLimiter }: HighLevel) => [
  ...suite('TaskLoop', 'of bight,', (define) => {
    define('a CapacityLimiter lends to borrowers that are named, in their order', async ({ task, trace }) => {
      await task(async () => {
        const limiter = new CapacityLimiter(1);
        const borrow = (name: string) => async () => {
          await limiter.acquireOnBehalfOf(name);
          trace.push(name);
          limiter.releaseOnBehalfOf(name);
        };
        limiter.acquireOnBehalfOfNowait('first');
        throws(() => limiter.acquireOnBehalfOfNowait('first'), RuntimeError);
        throws(() => limiter.acquireOnBehalfOfNowait('other'), WouldBlock);
        const waiting = gather([borrow('second'), borrow('third')]);
        limiter.releaseOnBehalfOf('first');
        await waiting;
        throws(() => limiter.releaseOnBehalfOf('first'), RuntimeError);
        equal(limiter.availableTokens, 1);
      });
      deepEqual(trace, ['second', 'third']);
    });
  }),
  ...suite(
    'TaskLoop',
    'of bight,',
    (define) => {
      define('a CapacityLimiter lets so many tasks in', async ({ task, turns }) => {
        let most = 0;
        await task(async () => {
          const limiter = new CapacityLimiter(2);
          let inside = 0;
          const body = async () => {
            most = Math.max(most, ++inside);
            await turns(2);
            inside--;
          };
          const enter = async () => await limiter.run(body);
          await gather([enter, enter, enter, enter, enter]);
          equal(limiter.borrowedTokens, 0);
        });
        equal(most, 2);
      });

      define('a CapacityLimiter lends nothing in a cancelled scope', async ({ task }) => {
        await task(async () => {
          const limiter = new CapacityLimiter(1);
          await new CancelScope().run(async (scope) => {
            scope.cancel();
            await fails(async () => await limiter.run(async () => {}), CancelledError);
          });
          equal(limiter.borrowedTokens, 0);
        });
      });
    },
    { needs: ['coreTasks'] },
  ),
];
