/** The last seconds of an episode as a picture: who waited, computed its prompt, decoded or was paused when; below it KV and queue. */
import type { Engine } from '../../serving/engine.js';
import type { Span, SpanKind } from '../../serving/recorders/spans.js';
import type { KvPoint, Timeline } from '../../serving/recorders/timeline.js';
import type { Film } from './film.js';
import { count, duration, short } from './words.js';

/** Light for waiting, strong for work, as in all pictures of a run: Okabe and Ito's colours. */
const KINDS: Readonly<Record<SpanKind, readonly [colour: string, name: string]>> = {
  wait: ['#D9D9D9', 'waiting'],
  prefill: ['#E69F00', 'prefill'],
  decode: ['#0072B2', 'decode'],
  paused: ['#CC79A7', 'paused'],
};
const KV = '#009E73';
const QUEUE = '#D55E00';
const INK = '#222222';
const QUIET = '#666666';
const GRID = '#E8E8E8';
const FONT = 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif';

/** Pixels. */
const WIDTH = 960;
const LEFT = 64;
const RIGHT = 24;
const TOP = 66;
const CHART = { most: 420, least: 120, row: 14 } as const;
const STRIP = 70;
const GAP = 26;
/** Requests that find room. */
const MOST_ROWS = 70;

/**
 * A frame as SVG text.
 * @param seconds how far back it goes; less where more requests would be in it than find room
 */
export function svgFrame(engine: Engine, film: Film, { spans, kv }: Timeline, seconds = 60): string {
  const { replica: s, setup } = engine;
  const to = s.now;
  const { from, rows, bars, left } = lately(spans, to - seconds * 1e6, to);
  const x = (time: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (time - from)) / Math.max(1, to - from);
  const height = Math.min(CHART.most, Math.max(CHART.least, rows.length * CHART.row));
  const below = TOP + height + GAP;
  const bottom = below + STRIP + GAP + STRIP;
  const points = kv.filter(({ at }) => at >= from);
  const waiting = Math.max(1, ...points.map((point) => point.waiting));
  const { blocks } = s.rules;
  const parts = [
    text(16, 24, `${setup.workload.name} · ${s.rules.name}`, { size: 15, bold: true }),
    text(16, 42, titleOf(engine, film), { size: 11, colour: QUIET }),
    ...legend(),
    ...ticks(from, to, x, TOP, bottom),
    ...gantt(bars, rows, height, x),
    left > 0
      ? text(WIDTH - RIGHT, TOP + height + 16, `${count(left)} more`, { size: 10, colour: QUIET, anchor: 'end' })
      : '',
    ...strip(below, KV, blocks === Infinity ? 'KV without limit' : 'KV in use', x, points, from, to, {
      of: (point) => (blocks === Infinity ? 0 : point.usedBlocks / blocks),
      most: 1,
      label: (share) => `${Math.round(100 * share)} %`,
    }),
    ...strip(below + STRIP + GAP, QUEUE, 'waiting', x, points, from, to, {
      of: (point) => point.waiting,
      most: waiting,
      label: (n) => (Number.isInteger(n) ? String(n) : ''),
    }),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 34, 'time, seconds', { size: 11, colour: QUIET, anchor: 'middle' }),
  ];
  const tall = bottom + 48;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${tall}" viewBox="0 0 ${WIDTH} ${tall}" font-family="${FONT}">\n` +
    `<rect width="${WIDTH}" height="${tall}" fill="#FFFFFF"/>\n${parts.filter((part) => part !== '').join('\n')}\n</svg>\n`
  );
}

function titleOf({ replica: s }: Engine, { steps, total }: Film): string {
  const { finished, evictions } = s.totals;
  return (
    `${duration(s.now)} · step ${count(steps)} · ${s.running.n} running, ${s.live.n - s.running.n} waiting, ` +
    `${count(finished)} finished · ${count(evictions)} evictions · rewards ${short(total)}`
  );
}

/** The bars of the window and the requests they belong to, oldest first. The window is cut to begin when the last of those that find no room ended. */
function lately(spans: readonly Span[], earliest: number, to: number) {
  const ends = new Map<number, number>();
  for (const { id, to: end } of spans) ends.set(id, Math.max(end, ends.get(id) ?? 0));
  const latest = [...ends].sort(([a, endA], [b, endB]) => endB - endA || a - b).map(([id]) => id);
  const beyond = latest[MOST_ROWS];
  const full = beyond !== undefined && (ends.get(beyond) as number) < to; // else more are here than find room
  const first = spans.reduce((least, span) => Math.min(least, span.from), to);
  const from = Math.max(first, earliest, full ? (ends.get(beyond) as number) : 0);
  const within = latest.filter((id) => (ends.get(id) as number) > from);
  const rows = within.slice(0, MOST_ROWS).sort((a, b) => a - b);
  return { from, rows, bars: spans.filter((span) => span.to > from), left: within.length - rows.length };
}

type X = (time: number) => number;

function gantt(bars: readonly Span[], rows: readonly number[], height: number, x: X): string[] {
  const places = new Map(rows.map((id, k) => [id, k]));
  const step = height / Math.max(1, rows.length);
  const every = Math.ceil(11 / step); // labels need 11 pixels
  const out = rows.flatMap((id, k) =>
    k % every === 0
      ? [text(LEFT - 8, TOP + (k + 0.5) * step + 3.5, `#${id}`, { size: 10, colour: QUIET, anchor: 'end' })]
      : [],
  );
  for (const { id, kind, from, to } of bars) {
    const place = places.get(id);
    if (place === undefined) continue;
    const begin = Math.max(LEFT, x(from));
    out.push(
      `<rect x="${px(begin)}" y="${px(TOP + place * step)}" width="${px(x(to) - begin)}" height="${px(step * 0.82)}" fill="${KINDS[kind][0]}"/>`,
    );
  }
  return out;
}

interface Level {
  of(point: KvPoint): number;
  readonly most: number;
  label(value: number): string;
}

/** A level over time as a filled step line. Each point says what was so until then. */
function strip(
  top: number,
  colour: string,
  name: string,
  x: X,
  points: readonly KvPoint[],
  from: number,
  to: number,
  { of, most, label }: Level,
): string[] {
  const y = (value: number): number => top + STRIP * (1 - value / most);
  const line: string[] = [];
  let at = x(from);
  for (const point of points) {
    line.push(`${px(at)},${px(y(of(point)))}`, `${px(x(point.at))},${px(y(of(point)))}`);
    at = x(point.at);
  }
  const last = points.at(-1);
  if (last) line.push(`${px(x(to))},${px(y(of(last)))}`);
  const marks = [0, most / 2, most].flatMap((value) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(value))}" y2="${px(y(value))}" stroke="${GRID}"/>`,
    text(LEFT - 8, y(value) + 3.5, label(value), { size: 10, colour: QUIET, anchor: 'end' }),
  ]);
  if (line.length === 0) return marks;
  const area = `${px(x(from))},${px(y(0))} ${line.join(' ')} ${px(x(to))},${px(y(0))}`;
  return [
    ...marks,
    `<polygon points="${area}" fill="${colour}" fill-opacity="0.35"/>`,
    `<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.2"/>`,
    text(LEFT + 6, top - 6, name, { size: 11, colour }),
  ];
}

/** Lines and labels at round seconds. */
function ticks(from: number, to: number, x: X, top: number, bottom: number): string[] {
  const span = (to - from) * 1e-6;
  const rough = 10 ** Math.floor(Math.log10(Math.max(1e-6, span / 6)));
  const step = [1, 2, 5, 10].map((k) => k * rough).find((each) => span / each <= 8) ?? 10 * rough;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const out: string[] = [];
  for (let k = Math.ceil((from * 1e-6) / step); k * step * 1e6 <= to; k++) {
    const at = x(k * step * 1e6);
    out.push(
      `<line x1="${px(at)}" x2="${px(at)}" y1="${top}" y2="${bottom}" stroke="${GRID}"/>`,
      text(at, bottom + 16, (k * step).toFixed(digits), { size: 10, colour: INK, anchor: 'middle' }),
    );
  }
  return out;
}

function legend(): string[] {
  let at = WIDTH - RIGHT - 330;
  return Object.values(KINDS).flatMap(([colour, name]) => {
    const box = `<rect x="${at}" y="44" width="11" height="11" fill="${colour}"/>`;
    const label = text(at + 16, 53.5, name, { size: 11 });
    at += 85;
    return [box, label];
  });
}

/** Hundredths of a pixel. */
const px = (value: number): string => String(Math.round(value * 100) / 100);

interface TextLook {
  readonly size: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly anchor?: 'middle' | 'end';
}

function text(x: number, y: number, words: string, { size, colour = INK, bold, anchor }: TextLook): string {
  const safe = words.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] as string);
  const look = `${bold ? ' font-weight="bold"' : ''}${anchor ? ` text-anchor="${anchor}"` : ''}`;
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${colour}"${look}>${safe}</text>`;
}
