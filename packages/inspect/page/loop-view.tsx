import { useMemo, useState } from 'preact/hooks';
import { Chart } from './chart.js';
import { busyShares, type LoopHistory } from './history.js';
import type { Loop } from './reports.js';
import { CallbacksView, ConnectionsView, HandlesView, ProcessesView, QueuesView } from './tables.js';
import { type Tab, Tabs } from './tabs.js';
import { TasksView } from './tasks-view.js';
import { TimelineView } from './timeline-view.js';
import { bytes, milliseconds, type Warning, warningsOf } from './warnings.js';

const LATE_SECONDS = 0.05;
const BUSY_SHARE = 0.95;
const POWERS = Array.from({ length: 40 }, (_, exponent) => 2 ** exponent);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const count = (value: number): string => Math.round(value).toLocaleString('en');

interface LoopViewProps {
  readonly loop: Loop;
  readonly history: LoopHistory;
  readonly report: (text: string) => void;
}

/** One loop. */
export function LoopView({ loop, history, report }: LoopViewProps) {
  const [tab, setTab] = useState('tasks');
  const warnings = useMemo(() => warningsOf(loop, history), [loop, history]);
  const { moments } = history;
  const times = useMemo(() => moments.map(({ at }) => at), [moments]);
  const series = useMemo(
    () => ({
      lag: moments.map(({ lag }) => lag),
      busy: busyShares(moments),
      tasks: moments.map(({ tasks }) => tasks),
      unsent: moments.map(({ unsent }) => unsent),
    }),
    [moments],
  );
  const connections = loop.handles.filter(({ unsent }) => unsent !== undefined).length;
  const tabs: Tab[] = [
    { id: 'tasks', title: 'Tasks', count: loop.taskCount },
    { id: 'timeline', title: 'Timeline' },
    { id: 'callbacks', title: 'Callbacks' },
    { id: 'connections', title: 'Connections', count: connections },
    { id: 'handles', title: 'Open handles', count: loop.handleCount },
    { id: 'queues', title: 'Executors and queues', count: loop.executors.length + loop.queues.length },
    {
      id: 'processes',
      title: 'Processes',
      count: loop.handles.filter(({ kind }) => kind === 'process').length,
    },
  ];
  return (
    <>
      {loop.blockedFor > 0 && <Blocked loop={loop} />}
      <Warnings warnings={warnings} />
      <div class="charts">
        <Chart
          title="Lag"
          times={times}
          values={series.lag}
          format={milliseconds}
          least={0.01}
          limit={LATE_SECONDS}
        />
        <Chart
          title="Busy"
          times={times}
          values={series.busy}
          format={percent}
          least={1}
          limit={BUSY_SHARE}
        />
        <Chart title="Tasks" times={times} values={series.tasks} format={count} least={10} />
        <Chart
          title="Unsent"
          times={times}
          values={series.unsent}
          format={bytes}
          least={1024}
          steps={POWERS}
        />
      </div>
      <Tabs tabs={tabs} chosen={tab} onChoose={setTab}>
        {tab === 'tasks' && <TasksView tasks={loop.tasks} more={loop.more} report={report} />}
        {tab === 'timeline' && <TimelineView steps={history.steps} />}
        {tab === 'callbacks' && <CallbacksView callbacks={history.profile?.callbacks ?? []} />}
        {tab === 'connections' && <ConnectionsView handles={loop.handles} />}
        {tab === 'handles' && (
          <HandlesView
            handles={loop.handles}
            isDebugging={loop.handles.some(({ stack }) => stack !== null)}
          />
        )}
        {tab === 'queues' && <QueuesView executors={loop.executors} queues={loop.queues} history={history} />}
        {tab === 'processes' && <ProcessesView handles={loop.handles} />}
      </Tabs>
    </>
  );
}

function Blocked({ loop }: { loop: Loop }) {
  return (
    <section class="card problem" role="alert">
      <h2>Blocked for {loop.blockedFor.toFixed(1)} s</h2>
      <p>What is shown is what was last known. The code that runs:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre tabIndex={0}>{loop.blockedStack?.join('\n') || 'Where it stands is not known.'}</pre>
    </section>
  );
}

function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <details class="card warnings" open>
      <summary>{warnings.length === 1 ? 'A warning' : `${warnings.length} warnings`}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <ul aria-label="Warnings" tabIndex={0}>
        {warnings.map(({ title, advice, where }) => (
          <li key={title}>
            <b>{title}</b>
            {where && <code class="where">{where}</code>}
            <span>{advice}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
