/** Requests of a trace: as they are, at another rate, or drawn anew. */
import { basename } from 'node:path';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import { atRate, rateOf } from '../../env/workloads/retime.js';
import type { Progress } from '../../env/workloads/traces/lines.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { Workload } from '../../env/workloads/workload.js';
import { redrawn } from '../rows.js';
import { readOptionsOf } from '../trace-options.js';
import { arriving, type Opened } from './arriving.js';
import type { RequestsSettings } from './settings.js';

/** A trace at its own times or others. @throws Error naming file and line, or the setting */
export async function trace(given: RequestsSettings, progress?: Progress): Promise<Opened> {
  const { trace: file = '', arrivals, rate, redraw, seed } = given;
  if (redraw !== undefined && arrivals === undefined)
    throw new Error('redraw: drawn requests have no times, say when they come, e.g. --arrivals poisson --rate 2');
  const mean = arrivals === 'at-once' ? 1 : rate; // at once is at no rate
  const { workload, report } = await readTrace(file, {
    ...readOptionsOf(given),
    seed,
    ...(progress && { progress }),
    ...(arrivals !== undefined && mean !== undefined && { arrivals: arriveAtOnce }),
  });
  const facts = [`${workload.count} requests of ${basename(file)} (${report.format})`];
  if (report.skipped.count > 0)
    facts.push(`${report.skipped.count} bad rows were skipped, the first: ${report.skipped.examples[0]}`);
  const drawn = redraw === undefined ? workload : redrawn(workload, redraw, seed);
  if (redraw !== undefined) facts.push(`${drawn.count} of them drawn with replacement`);
  if (arrivals !== undefined) {
    const wanted = mean ?? recordedRate(workload, file);
    facts.push(
      `${arrivals} arrivals${arrivals === 'at-once' ? '' : ` at ${wanted.toFixed(2)} requests/s in the mean`}`,
    );
    return { workload: arriving(drawn, arrivals, wanted, seed), facts };
  }
  if (rate === undefined) return { workload: drawn, facts };
  const before = recordedRate(workload, file);
  facts.push(`its times are scaled from ${before.toFixed(2)} to ${rate} requests/s`);
  return { workload: atRate(drawn, rate / before), facts };
}

function recordedRate(workload: Workload, file: string): number {
  const rate = rateOf(workload);
  if (rate < Infinity) return rate;
  throw new Error(
    `${file}: all requests arrive at once; say at what rate they should, e.g. --arrivals poisson --rate 2`,
  );
}
