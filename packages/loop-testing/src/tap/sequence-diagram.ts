import { type Decoder, label, type WorldEvent } from './world-event.js';

const LANE_WIDTH = 160;
const LINE_HEIGHT = 22;
const MARGIN = 70;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Draws events as a sequence diagram: a line down for each host, an arrow for each message, lost ones in red and
 * dashed.
 */
export function sequenceDiagram(events: readonly WorldEvent[], decode?: Decoder): string {
  const hosts = [...new Set(events.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))];
  const x = (host: string) => MARGIN + LANE_WIDTH * hosts.indexOf(host) + LANE_WIDTH / 2;
  const width = MARGIN + LANE_WIDTH * Math.max(1, hosts.length);
  const height = LINE_HEIGHT * (events.length + 3);
  const lanes = hosts.map(
    (host) =>
      `<text class="host" x="${x(host)}" y="16">${escaped(host)}</text><line class="lane" x1="${x(host)}" y1="22" x2="${x(host)}" y2="${height}"/>`,
  );
  const lines = events.map((event, index) => {
    const y = LINE_HEIGHT * (index + 2.5);
    const time = `<text class="time" x="2" y="${y}">${event.time.toFixed(4)}</text>`;
    const text = escaped(label(event, decode));
    if (event.to === null || event.to === event.from) {
      return `${time}<circle class="mark" cx="${x(event.from)}" cy="${y - 4}" r="4"/><text x="${x(event.from) + 8}" y="${y}">${text}</text>`;
    }
    const [begin, end] = [x(event.from), x(event.to)];
    const isLost = event.kind.endsWith(' lost');
    return `${time}<line class="${isLost ? 'lost' : 'message'}" x1="${begin}" y1="${y}" x2="${end}" y2="${y}" marker-end="url(#head)"/><text class="label" x="${(begin + end) / 2}" y="${y - 3}">${text}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="11">
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
<style>.host{font-weight:bold;text-anchor:middle}.lane{stroke:#bbb}.message{stroke:#000}.lost{stroke:#c00;stroke-dasharray:4 3}.label{text-anchor:middle}.time{fill:#777}.mark{fill:#c60}</style>
<rect width="100%" height="100%" fill="#fff"/>
${[...lanes, ...lines].join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] as string);
}
