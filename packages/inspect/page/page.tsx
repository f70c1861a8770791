import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { hasToken, type Loop, type Snapshot, snapshot, trace, useToken } from './api.js';
import { Chart } from './chart.js';
import { TaskList } from './task-list.js';
import { warningsOf } from './warnings.js';

const SHORTEST_INTERVAL_MS = 1000;
const KEPT = 120;
const TRACE_SECONDS = 5;

interface Moment {
  readonly at: number;
  readonly snapshot: Snapshot;
}

function App() {
  const [moments, setMoments] = useState<readonly Moment[]>([]);
  const [error, setError] = useState<string | null>(hasToken() ? null : 'a token is needed');
  const [chosen, setChosen] = useState<number | null>(null);
  const [isRecording, setRecording] = useState(false);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      const began = performance.now();
      try {
        const now = await snapshot();
        setMoments((before) => [...before.slice(1 - KEPT), { at: Date.now() / 1000, snapshot: now }]);
        setError(null);
      } catch (problem) {
        setError((problem as Error).message);
      }
      // What is large is asked for less often.
      timer = setTimeout(ask, Math.max(SHORTEST_INTERVAL_MS, 5 * (performance.now() - began)));
    };
    void ask();
    return () => clearTimeout(timer);
  }, []);

  const latest = moments.at(-1)?.snapshot;
  const loop = latest?.loops.find(({ id }) => id === chosen) ?? latest?.loops[0];
  const history = useMemo(
    () =>
      moments.flatMap(({ at, snapshot }) => {
        const one = snapshot.loops.find(({ id }) => id === loop?.id);
        return one === undefined ? [] : [{ at, loop: one }];
      }),
    [moments, loop?.id],
  );

  const record = async (): Promise<void> => {
    setRecording(true);
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await trace(TRACE_SECONDS));
      link.download = 'bight-trace.json';
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (problem) {
      setError((problem as Error).message);
    }
    setRecording(false);
  };

  return (
    <main>
      <header>
        <h1>bight {latest !== undefined && <small>process {latest.pid}</small>}</h1>
        {latest !== undefined && latest.loops.length > 1 && (
          <label>
            Loop{' '}
            <select value={loop?.id} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {latest.loops.map(({ id, name }) => (
                <option key={id} value={id}>{`${name} ${id}`}</option>
              ))}
            </select>
          </label>
        )}
        <button type="button" disabled={isRecording} onClick={() => void record()}>
          {isRecording ? 'Recording …' : `Record ${TRACE_SECONDS} s of trace`}
        </button>
      </header>
      {error !== null && <Problem error={error} />}
      {loop !== undefined && <LoopView loop={loop} history={history} />}
    </main>
  );
}

function Problem({ error }: { error: string }) {
  return (
    <form
      class="problem"
      role="alert"
      onSubmit={(event) => {
        event.preventDefault();
        useToken((event.currentTarget.elements.namedItem('token') as HTMLInputElement).value);
      }}
    >
      {error}
      {error.includes('token') && (
        <label>
          {' '}
          Token <input name="token" type="password" autocomplete="off" />{' '}
          <button type="submit">Use it</button>
        </label>
      )}
    </form>
  );
}

function LoopView({ loop, history }: { loop: Loop; history: readonly { at: number; loop: Loop }[] }) {
  const warnings = warningsOf(
    loop,
    history.map((one) => one.loop),
  );
  const times = history.map(({ at }) => at);
  const busy = history.map(({ loop: { busySeconds, seconds } }, index) => {
    const before = history[index - 1]?.loop;
    if (before === undefined || seconds <= before.seconds) return 0;
    return (100 * (busySeconds - before.busySeconds)) / (seconds - before.seconds);
  });
  return (
    <>
      {loop.blockedFor > 0 && (
        <section class="problem" role="alert">
          <h2>Blocked for {loop.blockedFor.toFixed(1)} s</h2>
          <pre>{loop.blockedStack?.join('\n') ?? 'Where is not known.'}</pre>
        </section>
      )}
      {warnings.length > 0 && (
        <section class="warnings" aria-label="Warnings" aria-live="polite">
          {warnings.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </section>
      )}
      <div class="charts">
        <Chart title="Lag" unit="ms" times={times} values={history.map((one) => one.loop.lag * 1000)} />
        <Chart title="Busy" unit="%" times={times} values={busy} />
        <Chart title="Tasks" unit="" times={times} values={history.map((one) => one.loop.tasks.length)} />
      </div>
      <TaskList tasks={loop.tasks} />
      <section aria-labelledby="handles-title">
        <h2 id="handles-title">
          Open handles{' '}
          <small>
            {loop.handles.length}, and {loop.timers} timers
          </small>
        </h2>
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">What</th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {loop.handles.slice(0, 500).map(({ kind, text, stack }, index) => (
              <tr key={index}>
                <td>{kind}</td>
                <td>{text}</td>
                <td>{stack === null ? '' : <pre>{stack}</pre>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

render(<App />, document.getElementById('app') as HTMLElement);
