import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useColorScheme } from './color-scheme.js';

const HEIGHT = 96;
const SHORTEST_SPAN_SECONDS = 30;
const FONT = '11px system-ui, sans-serif';

interface ChartProps {
  readonly title: string;
  readonly times: number[];
  readonly values: number[];
  /** How a value is written. */
  readonly format: (value: number) => string;
  /** What the axis shows at least. */
  readonly least: number;
  /** By how much the lines of the axis may differ; by default round numbers. */
  readonly steps?: readonly number[];
  /** From here on a value is bad. */
  readonly limit?: number;
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en', { hour12: false });
}

/** A line over time, and its last value. */
export function Chart({ title, times, values, format, least, steps, limit }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useRef<[number[], number[]]>([times, values]);
  const scheme = useColorScheme();
  data.current = [times, values];
  useEffect(() => {
    const box = place.current as HTMLDivElement;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--muted'),
      font: FONT,
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
    };
    const made = new uPlot(
      {
        width: Math.max(1, box.clientWidth),
        height: HEIGHT,
        padding: [8, 4, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 22,
            space: 80,
            values: (_plot, ticks) => ticks.map(timeOf),
          },
          {
            ...axis,
            size: 54,
            space: 28,
            values: (_plot, ticks) => ticks.map(format),
            ...(steps && { incrs: [...steps] }),
          },
        ],
        scales: {
          x: { range: (_plot, min, max) => [Math.min(min, max - SHORTEST_SPAN_SECONDS), max] },
          y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, least)] },
        },
        series: [
          {},
          { stroke: color('--accent'), width: 1.75, fill: color('--fill'), points: { show: false } },
        ],
      },
      data.current,
      box,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: Math.max(1, box.clientWidth), height: HEIGHT });
    });
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [scheme, format, least]);
  useEffect(() => plot.current?.setData([times, values]), [times, values]);
  const last = values.at(-1) ?? 0;
  return (
    <div class="card chart" role="img" aria-label={`${title}: ${format(last)}`}>
      <div class="caption">
        <span>{title}</span>
        <b class={limit !== undefined && last >= limit ? 'bad' : ''}>{format(last)}</b>
      </div>
      <div ref={place} aria-hidden="true" />
    </div>
  );
}
