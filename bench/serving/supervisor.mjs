// node supervisor.mjs WORKERS: serves ./server.mjs until SIGTERM. Prints `PID PORT` for each worker, and `ready`.
import { serve } from 'bight';

await serve(new URL('./server.mjs', import.meta.url), {
  workers: Number(process.argv[2]),
  onReady: () => console.log('ready'),
});
