import { ValueError } from '@bight/loop-abstract';
import { CancelScope } from '@bight/loop-core';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, throws } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

// Harmless by default.
const SIGNAL = 'SIGWINCH';
const OTHER = 'SIGURG';

const send = (signal: NodeJS.Signals) => process.kill(process.pid, signal);

/** Signals that are iterated over. */
export const signalReceiverCases = ({ openSignalReceiver, SignalReceiver }: HighLevel): CaseDefinition[] => [
  ...suite(
    'SignalLoop',
    'of bight,',
    (define) => {
      define('openSignalReceiver() gives the signals as they come', async ({ task, trace }) => {
        const before = process.listenerCount(SIGNAL);
        await task(async () => {
          using signals = openSignalReceiver(SIGNAL, OTHER);
          equal(signals instanceof SignalReceiver, true);
          send(SIGNAL);
          for await (const name of signals) {
            trace.push(name);
            if (trace.length === 3) break;
            send(trace.length === 1 ? OTHER : SIGNAL);
          }
        });
        deepEqual(trace, [SIGNAL, OTHER, SIGNAL]);
        equal(process.listenerCount(SIGNAL), before);
      });

      define("openSignalReceiver() stands in for the loop's handlers", async ({ loop, run, trace }) => {
        await run(async () => {
          const handled = new Promise<void>((resolve) => {
            loop.addSignalHandler(SIGNAL, () => {
              trace.push('handler');
              resolve();
            });
          });
          await loop.createTask(async () => {
            using signals = openSignalReceiver(SIGNAL);
            send(SIGNAL);
            trace.push((await signals.next()).value);
          });
          send(SIGNAL);
          await handled;
          equal(loop.removeSignalHandler(SIGNAL), true);
        });
        deepEqual(trace, [SIGNAL, 'handler']);
      });

      define('openSignalReceiver() refuses no signals, and what cannot be caught', async ({ task }) => {
        await task(async () => {
          throws(() => openSignalReceiver(), TypeError);
          throws(() => openSignalReceiver(SIGNAL, 'SIGKILL'), ValueError);
        });
      });
    },
    { states: WITH_SYSTEM },
  ),
  ...suite(
    'SignalLoop',
    'of bight,',
    (define) => {
      define('openSignalReceiver() stops waiting in a cancelled scope', async ({ loop, task }) => {
        await task(async () => {
          using signals = openSignalReceiver(SIGNAL);
          const scope = new CancelScope();
          loop.callSoon(() => scope.cancel());
          await scope.run(async () => await signals.next());
          equal(scope.cancelledCaught, true);
          send(SIGNAL);
          equal((await signals.next()).value, SIGNAL);
        });
      });
    },
    { states: WITH_SYSTEM, needs: ['coreTasks'] },
  ),
];
