/** The pictures of a request list: load over time, lengths, burstiness by time scale, prefix reuse. */
import type { TopLevelSpec } from 'vega-lite';
import { telling } from '../inspect/dispersion.js';
import type { WorkloadCurves, WorkloadStatistics } from '../inspect/inspection.js';
import { timeUnit } from './pieces.js';
import { writePicture } from './render.js';
import { dispersion } from './workload-dispersion.js';
import { lengths } from './workload-lengths.js';
import { loadOverTime } from './workload-load.js';
import { prefixReuse } from './workload-reuse.js';

/** Writes what can be drawn, as SVG and PNG, and returns the paths. */
export async function drawWorkload(
  folder: string,
  title: string,
  statistics: WorkloadStatistics,
  curves: WorkloadCurves,
): Promise<string[]> {
  const { arrivals, sessions, reuse } = statistics;
  const pictures: [string, TopLevelSpec][] = [['lengths', lengths(title, statistics, curves)]];
  if (arrivals && arrivals.span > 0) {
    pictures.push(['rate', loadOverTime(title, arrivals, curves.overTime, sessions ? 'sessions' : 'requests')]);
    if (telling(arrivals.dispersion).length > 0) pictures.push(['dispersion', dispersion(title, arrivals.dispersion)]);
  }
  if (reuse) {
    const { name, seconds } = timeUnit(arrivals?.span ?? 0);
    const spec =
      arrivals && arrivals.span > 0 && !sessions
        ? prefixReuse(title, reuse.tokens, curves.overTime, `time, ${name}`, seconds)
        : prefixReuse(title, reuse.tokens, curves.overRequests, 'requests in the order of the file', 1);
    pictures.push(['prefix-reuse', spec]);
  }
  const paths: string[] = [];
  for (const [name, spec] of pictures) paths.push(...(await writePicture(folder, name, spec)));
  return paths;
}
