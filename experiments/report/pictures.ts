/** The pictures of a comparison: latency against load, and one episode under FCFS and under the best other scheduler. */
import { createTimeline, type Timeline } from '../../env/serving/recorders/timeline.js';
import { toSeconds } from '../../env/time.js';
import type { Workload } from '../../env/workloads/workload.js';
import type { Row } from '../analysis.js';
import type { Interval } from '../bootstrap.js';
import { runEpisode } from '../episode.js';
import { type Contestant, isReference, labelOf, REFERENCE } from '../paired.js';
import type { Standard } from '../score.js';
import type { Hardware, Setting } from '../setting.js';
import { policyOf } from '../tune/contestants.js';
import { type GanttPanel, gantt } from './gantt.js';
import { type LatencyPoint, latencyLoad } from './latency-load.js';
import { writePicture } from './render.js';

export interface Drawing {
  readonly rows: readonly Row[];
  /** Reference and bound of each engine and load: curves of their own. */
  readonly standards: readonly Standard[];
  /** What the pictures say of the setting. */
  readonly subtitle: readonly string[];
  /** The episode of the Gantt chart: engine, load and its workload. */
  readonly engine: string;
  readonly load: number;
  readonly workload: Workload;
  readonly seed: string;
  readonly setting: Setting;
  readonly hardware: Hardware;
  readonly gamma: number;
}

/** Points of memory over a whole episode: some thousand remain in the window. */
const FINE = 50_000;

/** Requests shown in a Gantt chart. */
const SHOWN = 72;

/** Writes the pictures and returns their paths. */
export async function drawComparison(folder: string, drawing: Drawing): Promise<string[]> {
  const { rows, subtitle, engine, load } = drawing;
  const paths: string[] = [];
  if (new Set(rows.map((row) => row.load)).size > 1) {
    const points = rows.map((row) => ({
      ...row.jct.mean,
      ...row,
      belief: row.belief === 'none' ? 'reads none' : row.belief,
    }));
    paths.push(
      ...(await writePicture(
        folder,
        'latency-load',
        latencyLoad(
          [...points, ...drawing.standards.flatMap(marksOf)],
          'Mean job completion time against load',
          subtitle,
        ),
      )),
    );
  }
  const here = rows.filter((row) => row.engine === engine && row.load === load);
  const others = here.filter((row) => !isReference(row)).sort((a, b) => a.jct.mean.value - b.jct.mean.value);
  const shown = [REFERENCE, ...others.slice(0, 1)];
  const timelines = shown.map((contestant) => timelineOf(contestant, drawing));
  const window = busiest(timelines[0].kv, drawing.workload);
  const panels = timelines.map((timeline, k) => panelOf(labelOf(shown[k]), timeline, drawing, window));
  const title = `One episode on ${engine} at load ${load}: requests ${window.from + 1} to ${window.to} around the longest queue`;
  paths.push(...(await writePicture(folder, 'gantt', gantt(panels, title, subtitle))));
  return paths;
}

/** Points of the curves below all others. The bound lies far below: it is drawn only beside the reference. */
function marksOf({ engine, load, reference, bound }: Standard): LatencyPoint[] {
  const point = (scheduler: string, belief: string, jct: Interval): LatencyPoint => ({
    engine,
    load,
    scheduler,
    belief,
    label: scheduler,
    ...jct,
  });
  if (!reference) return [];
  const known = point('clairvoyant reference', 'oracle', reference.jct);
  return bound ? [known, point('proven bound', 'reads none', bound.jct)] : [known];
}

function timelineOf(contestant: Contestant, { engine, workload, seed, setting, hardware, gamma }: Drawing): Timeline {
  const { scheduler, predictor, rules } = policyOf(contestant, setting, gamma);
  const timeline = createTimeline({ requests: workload.count, points: FINE });
  runEpisode({
    workload,
    rules: rules(engine),
    cost: hardware.cost,
    scheduler,
    predictor,
    seed,
    recorders: [timeline],
  });
  return timeline;
}

/** The requests that arrive around the time at which most wait: two thirds before it, one third after. */
function busiest(kv: Timeline['kv'], { arrival, count }: Workload): { from: number; to: number } {
  const peak = kv.reduce((a, b) => (b.waiting > a.waiting ? b : a)).at;
  const before = arrival.findIndex((time) => time > peak);
  const middle = before < 0 ? count : before;
  const from = Math.max(0, Math.min(count - SHOWN, middle - Math.round((2 * SHOWN) / 3)));
  return { from, to: Math.min(count, from + SHOWN) };
}

/** Ids are in order of arrival, so requests from … to are the rows of the chart. */
function panelOf(
  label: string,
  { spans, kv }: Timeline,
  { engine, gamma, hardware }: Drawing,
  window: { from: number; to: number },
): GanttPanel {
  const { blocks } = hardware.rules(engine, gamma);
  const shown = spans.filter(({ id }) => id >= window.from && id < window.to);
  const start = Math.min(...shown.map(({ from }) => from));
  const end = Math.max(...shown.map(({ to }) => to));
  return {
    label,
    spans: shown.map(({ id, kind, from, to }) => ({
      row: id - window.from,
      kind,
      from: toSeconds(from),
      to: toSeconds(to),
    })),
    pool: thinned(kv.filter(({ at }) => at >= start && at <= end)).map(({ at, usedBlocks, waiting }) => ({
      at: toSeconds(at),
      used: Number.isFinite(blocks) ? usedBlocks / blocks : 0,
      waiting,
    })),
  };
}

/** Points of a curve that can be told apart in print. */
const POINTS = 400;

const thinned = <T>(points: readonly T[]): T[] =>
  points.filter((_, k) => k % Math.ceil(points.length / POINTS) === 0 || k === points.length - 1);
