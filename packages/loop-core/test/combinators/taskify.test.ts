import { currentTask, sleep, type Task, taskify } from '@bight/loop-core';
import { expect, test } from '@jest/globals';
import { gate } from '../support/foreign.js';
import { collectReports, inLoop } from '../support/loops.js';

test('taskify() gives each call of the host a task, and reports what nothing awaits', () =>
  inLoop(async (loop) => {
    const reports = collectReports(loop);
    const main = currentTask();
    const done = gate<unknown>();
    const handler = taskify(async (text: string) => {
      await sleep(0);
      done.open(currentTask() !== main && text);
      throw new Error('lost');
    });
    setTimeout(handler, 1, 'arg');
    expect(await done.promise).toBe('arg');
    await sleep(0);
    await sleep(0);
    await sleep(0);
    expect(reports.map(({ exception }) => (exception as Error).message)).toEqual(['lost']);
  }));

test('what a taskified call throws is reported in the turn after its end', () =>
  inLoop(async (loop) => {
    let turn = 0;
    let isOver = false;
    const tick = (): void => {
      turn++;
      if (!isOver) loop.callSoon(tick);
    };
    loop.callSoon(tick);
    const reports = collectReports(loop);
    const turnsOfEnd: number[] = [];
    const turnsOfReport: number[] = [];
    const handle = loop.callExceptionHandler.bind(loop);
    loop.callExceptionHandler = (context) => {
      turnsOfReport.push(turn);
      handle(context);
    };
    const failing = taskify(() => {
      turnsOfEnd.push(turn);
      throw new Error('lost');
    });
    const task: Task<never> = failing();
    while (reports.length === 0) await sleep(0);
    isOver = true;
    expect(task.done()).toBe(true);
    expect((turnsOfReport[0] as number) - (turnsOfEnd[0] as number)).toBe(1);
  }));
