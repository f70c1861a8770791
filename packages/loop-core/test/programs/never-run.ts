// Schedules tasks on a loop that never runs. The process ends with a warning.
import { newEventLoop } from '@bight/loop-core';

const loop = newEventLoop();
loop.createTask(async () => {}, { name: 'forgotten' });
