import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

const HEIGHT = 120;

/** A line over time. */
export function Chart({
  title,
  times,
  values,
  unit,
}: {
  title: string;
  times: number[];
  values: number[];
  unit: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--text'),
      grid: { stroke: color('--line') },
      ticks: { stroke: color('--line') },
    };
    const made = new uPlot(
      {
        width: place.current?.clientWidth ?? 400,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        axes: [axis, { ...axis, size: 56, values: (_plot, ticks) => ticks.map((tick) => `${tick} ${unit}`) }],
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(max, 1)] } },
        series: [{}, { stroke: color('--accent'), width: 2, fill: color('--fill') }],
      },
      [[], []],
      place.current as HTMLDivElement,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: place.current?.clientWidth ?? 400, height: HEIGHT });
    });
    observer.observe(place.current as HTMLDivElement);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [unit]);
  useEffect(() => plot.current?.setData([times, values]), [times, values]);
  const last = values.at(-1) ?? 0;
  return (
    <figure role="img" aria-label={`${title}: ${last.toFixed(1)} ${unit}`}>
      <figcaption>
        {title}{' '}
        <b>
          {last.toFixed(1)} {unit}
        </b>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}
