// Prints the time at intervals, and stops after a while. After "Display the current date with call_later()". Arguments:
// the duration and the interval, in seconds (5 and 1).
import { type AbstractEventLoop, newEventLoop } from 'bight';

const [duration = 5, interval = 1] = process.argv.slice(2).map(Number);

function displayDate(endTime: number, loop: AbstractEventLoop): void {
  console.log(new Date().toISOString());
  if (loop.time() + interval < endTime) loop.callLater(interval, displayDate, [endTime, loop]);
  else loop.stop();
}

const loop = newEventLoop();
loop.callSoon(displayDate, [loop.time() + duration, loop]);
try {
  await loop.runForever();
} finally {
  loop.close();
}
