// Schedules tasks on a loop that never runs. The process ends, and says so.
import { newEventLoop } from '@bight/loop-core';

const loop = newEventLoop();
loop.createTask(async () => {}, { name: 'forgotten' });
