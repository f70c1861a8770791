import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Step } from './reports.js';
import { milliseconds } from './warnings.js';

const SPANS = [1, 2, 5, 10, 30];
const MOST_TRACKS = 16;
const ROW = 24;
const AXIS = 26;
const LABEL = 200;
const LONG_SECONDS = 0.05;
const LONGEST_SHOWN = 10;

interface Track {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly total: number;
}

/**
 * The steps of tasks and the runs of callbacks of the last seconds: a track for each of those that took the most time.
 */
export function TimelineView({ steps }: { steps: readonly Step[] }) {
  const [span, setSpan] = useState(10);
  const [frozen, setFrozen] = useState<readonly Step[] | null>(null);
  const [width, setWidth] = useState(900);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(Math.max(400, box.current?.clientWidth ?? 900)));
    observer.observe(box.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  const all = frozen ?? steps;
  const end = endOf(all);
  const begin = end - span * 1000;
  const inside = useMemo(() => all.filter((step) => step.at + step.seconds * 1000 >= begin), [all, begin]);
  const { tracks, left } = useMemo(() => tracksOf(inside), [inside]);
  const scale = (width - LABEL - 8) / (span * 1000);
  const x = (at: number): number => LABEL + Math.max(0, at - begin) * scale;
  const longest = [...inside].sort((one, other) => other.seconds - one.seconds).slice(0, LONGEST_SHOWN);
  return (
    <>
      <div class="tools">
        <label>
          Window{' '}
          <select value={span} onChange={(event) => setSpan(Number(event.currentTarget.value))}>
            {SPANS.map((one) => (
              <option key={one} value={one}>{`${one} s`}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          aria-pressed={frozen !== null}
          onClick={() => setFrozen(frozen === null ? steps : null)}
        >
          {frozen === null ? 'Pause' : 'Go on'}
        </button>
        <span class="muted">
          {inside.length.toLocaleString('en')} steps
          {left > 0 ? `, ${left} tracks with less time are not shown` : ''}
        </span>
      </div>
      <div ref={box}>
        <svg
          class="timeline"
          width={width}
          height={AXIS + Math.max(1, tracks.length) * ROW}
          role="img"
          aria-label={`Steps of the last ${span} seconds; the longest are listed below`}
        >
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <g key={part}>
              <line
                class="grid"
                x1={x(begin + part * span * 1000)}
                x2={x(begin + part * span * 1000)}
                y1={AXIS - 6}
                y2="100%"
              />
              <text
                class="axis"
                x={x(begin + part * span * 1000)}
                y={14}
                text-anchor={part === 1 ? 'end' : part === 0 ? 'start' : 'middle'}
              >
                {part === 1 ? 'now' : `−${((1 - part) * span).toFixed(span < 5 ? 2 : 1)} s`}
              </text>
            </g>
          ))}
          {tracks.map((track, row) => (
            <g key={track.name} transform={`translate(0 ${AXIS + row * ROW})`}>
              <rect class="track" x={0} y={1} width={width} height={ROW - 2} rx={4} />
              <text class="label" x={8} y={16}>
                {shorten(track.name)}
              </text>
              {track.steps.map((step, index) => (
                <rect
                  key={index}
                  class={step.seconds >= LONG_SECONDS ? 'step long' : 'step'}
                  x={x(step.at)}
                  y={4}
                  width={Math.max(1.5, Math.min(step.seconds * 1000, end - step.at) * scale)}
                  height={ROW - 8}
                  rx={1}
                >
                  <title>{`${step.name}: ${milliseconds(step.seconds)}`}</title>
                </rect>
              ))}
            </g>
          ))}
        </svg>
      </div>
      <h2>Longest steps</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="number">
              Began
            </th>
          </tr>
        </thead>
        <tbody>
          {longest.map((step, index) => (
            <tr key={index}>
              <td>{step.name}</td>
              <td class={step.seconds >= LONG_SECONDS ? 'number bad' : 'number'}>
                {milliseconds(step.seconds)}
              </td>
              <td class="number muted">−{milliseconds(Math.max(0, end - step.at) / 1000)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function endOf(steps: readonly Step[]): number {
  return steps.reduce((latest, { at, seconds }) => Math.max(latest, at + seconds * 1000), 0) || Date.now();
}

function tracksOf(steps: readonly Step[]): { tracks: Track[]; left: number } {
  const byTask = new Map<string, Step[]>();
  for (const step of steps) {
    const name = step.task === 0 ? `${step.name}()` : step.name;
    const known = byTask.get(name);
    if (known === undefined) byTask.set(name, [step]);
    else known.push(step);
  }
  const tracks = [...byTask].map(([name, own]) => ({
    name,
    steps: own,
    total: own.reduce((sum, { seconds }) => sum + seconds, 0),
  }));
  tracks.sort((one, other) => other.total - one.total);
  return { tracks: tracks.slice(0, MOST_TRACKS), left: Math.max(0, tracks.length - MOST_TRACKS) };
}

function shorten(name: string): string {
  return name.length > 28 ? `${name.slice(0, 27)}…` : name;
}
