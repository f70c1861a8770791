import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { counts, hasToken, profile, snapshot, trace, useToken } from './api.js';
import { addMoment, type Histories } from './history.js';
import { LoopView } from './loop-view.js';
import type { Loop, Snapshot } from './reports.js';
import { updated } from './reports.js';

const INTERVAL_MS = 1000;
/** What is in the loops is asked for at most this part of the time: it takes long where there is much. */
const SNAPSHOT_SHARE = 0.2;
const TRACE_SECONDS = 5;

interface Known {
  readonly latest: Snapshot | null;
  readonly histories: Histories;
}

function App() {
  const [{ latest, histories }, setKnown] = useState<Known>({ latest: null, histories: new Map() });
  const [error, setError] = useState<string | null>(hasToken() ? null : 'A token is needed.');
  const [chosen, setChosen] = useState<number | null>(null);
  const [status, setStatus] = useState('');

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let since = Date.now();
    let snapshotAt = 0;
    const look = async (): Promise<Snapshot | null> => {
      const began = performance.now();
      if (began < snapshotAt) return null;
      const now = await snapshot();
      const ended = performance.now();
      snapshotAt = ended + (ended - began) * (1 / SNAPSHOT_SHARE - 1);
      return now;
    };
    const ask = async (): Promise<void> => {
      try {
        const [now, numbers, { until, loops }] = await Promise.all([look(), counts(), profile(since)]);
        since = until;
        setKnown(({ latest: before, histories: earlier }) => {
          const latest = updated(now ?? before, numbers);
          return { latest, histories: addMoment(earlier, latest, loops, Date.now() / 1000) };
        });
        setError(null);
      } catch (problem) {
        setError((problem as Error).message);
      }
      timer = setTimeout(ask, INTERVAL_MS);
    };
    if (hasToken() || location.protocol === 'http:') void ask();
    return () => clearTimeout(timer);
  }, []);

  const loop = latest?.loops.find(({ id }) => id === chosen) ?? latest?.loops[0];
  const history = loop === undefined ? undefined : histories.get(loop.id);
  return (
    <>
      <header>
        <h1>
          bight <span class="muted">{latest === null ? 'inspector' : `process ${latest.pid}`}</span>
        </h1>
        {latest !== null && latest.loops.length > 1 && (
          <label>
            Loop{' '}
            <select value={loop?.id} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {latest.loops.map((one) => (
                <option key={one.id} value={one.id}>
                  {titleOf(one)}
                </option>
              ))}
            </select>
          </label>
        )}
        {loop !== undefined && <Recorder loop={loop} report={setStatus} />}
      </header>
      <main>
        {error !== null && <Problem error={error} />}
        <p class="status" role="status">
          {status}
        </p>
        {loop !== undefined && history !== undefined && (
          <LoopView key={loop.id} loop={loop} history={history} report={setStatus} />
        )}
        {latest !== null && loop === undefined && (
          <p class="muted">There is no event loop in this process now.</p>
        )}
      </main>
    </>
  );
}

function titleOf({ name, id, thread, taskCount }: Loop): string {
  const place = thread === 0 ? 'main thread' : `worker thread ${thread}`;
  return `${name} ${id % 1e9} · ${place} · ${taskCount.toLocaleString('en')} tasks`;
}

function Recorder({ loop, report }: { loop: Loop; report: (text: string) => void }) {
  const [isRecording, setRecording] = useState(false);
  const record = async (): Promise<void> => {
    setRecording(true);
    report(`Recording for ${TRACE_SECONDS} s …`);
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await trace(loop.id, TRACE_SECONDS));
      link.download = 'bight-trace.json';
      link.click();
      URL.revokeObjectURL(link.href);
      report('The trace is saved: open it in ui.perfetto.dev');
    } catch (problem) {
      report(`No trace: ${(problem as Error).message}`);
    }
    setRecording(false);
  };
  return (
    <button
      type="button"
      class="primary"
      aria-disabled={isRecording}
      onClick={() => isRecording || void record()}
    >
      {isRecording ? 'Recording …' : `Record ${TRACE_SECONDS} s of trace`}
    </button>
  );
}

function Problem({ error }: { error: string }) {
  return (
    <form
      class="card problem"
      onSubmit={(event) => {
        event.preventDefault();
        useToken((event.currentTarget.elements.namedItem('token') as HTMLInputElement).value);
      }}
    >
      <span role="alert">{error}</span>
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

render(<App />, document.getElementById('app') as HTMLElement);
