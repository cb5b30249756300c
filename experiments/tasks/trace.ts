/**
 * A trace as the requests of a task. An episode is a window of it, contiguous, drawn by the seed; of a split: the first windows are those
 * of training, the next of validation, the last of the test. Files are read ahead (`readTraces`), since tasks are made at once.
 */
import { stream } from '../../env/random.js';
import type { NamedSetting, OpenSetting } from '../../env/settings/setting.js';
import { toSeconds } from '../../env/time.js';
import { acceptanceKinds } from '../../env/workloads/acceptance/kinds.js';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import type { Split } from '../../env/workloads/families/family.js';
import { atOnce, atRate, withArrivals } from '../../env/workloads/retime.js';
import { ownTimes } from '../../env/workloads/rounds.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { TraceFormat } from '../../env/workloads/traces/reader.js';
import type { Source, Workload } from '../../env/workloads/workload.js';
import { resolveArrivals } from '../arrivals.js';
import { saturate } from '../capacity.js';
import { redrawn, windowOf } from '../rows.js';
import type { TaskNames } from './names.js';

/** What is asked of a trace. */
type Asked = Pick<TaskNames, 'trace' | 'format' | 'arrivals'>;

/** What was read in this thread. */
const known = new Map<string, Workload>();
/** Requests/s that a setting's engine serves of a trace. */
const capacities = new Map<string, number>();

const keyOf = ({ trace, format, arrivals }: Asked): string => JSON.stringify([trace, format, arrivals === undefined]);

/** To be called before tasks with a `trace` are made. @throws Error naming file and line */
export async function readTraces(places: readonly TaskNames[]): Promise<void> {
  for (const { trace, format, arrivals } of places) {
    const key = keyOf({ trace, format, arrivals });
    if (trace === undefined || known.has(key)) continue;
    const { workload } = await readTrace(trace, {
      ...(format !== undefined && { format: format as TraceFormat }),
      ...(arrivals !== undefined && { arrivals: arriveAtOnce }),
    });
    known.set(key, workload);
  }
}

/** Where the windows of each split begin and end, as shares. */
const SHARES: Readonly<Record<Split, readonly [from: number, to: number]>> = {
  train: [0, 0.6],
  validation: [0.6, 0.8],
  test: [0.8, 1],
};
const FEWEST = 5;

/** @param open the setting; its engine says what load 1 is: FCFS, everything at time 0. @throws Error by `sample` if the file was not read */
export function traceSource(
  { trace = '', format, arrivals, split, load, requests }: TaskNames,
  setting: NamedSetting,
  open: OpenSetting,
): Source {
  const asked = { trace, format, arrivals };
  const drafted = (workload: Workload, seed: number | string): Workload =>
    setting.deployment.draft === 'none' || !workload.acceptance.never
      ? workload
      : { ...workload, acceptance: acceptanceKinds[setting.deployment.draft].make(workload, seed) };
  return {
    name: trace,
    sample(seed) {
      const all = known.get(keyOf(asked));
      if (!all) throw new Error(`trace ${trace}: was not read yet, expected readTraces before`);
      const most = Math.min(requests ?? setting.requests, all.count);
      const windows = Math.max(1, Math.floor(all.count / most));
      if (split !== undefined && windows < FEWEST)
        throw new Error(
          `trace ${trace}: ${all.count} requests are ${windows} windows of ${most}, expected ${FEWEST} for training, validation and test: fewer requests an episode`,
        );
      const [from, to] = (split === undefined ? [0, 1] : SHARES[split]).map((share) => Math.floor(share * windows));
      const index = from + Math.floor((to - from) * stream(seed, 'window').next());
      const window = drafted(windowOf(all, index, windows, most), seed);
      const rate = (load ?? setting.load) * capacityOf(all, keyOf(asked), setting.name, drafted, open);
      if (arrivals === undefined) return atRate(window, rate / rateOf(all));
      return withArrivals(window, resolveArrivals(arrivals).make((rate * ownTimes(window)) / window.count), seed);
    },
  };
}

/** Requests that measure capacity: enough that filling the engine does not count. */
const BACKLOG = 2000;

function capacityOf(
  all: Workload,
  trace: string,
  setting: string,
  drafted: (workload: Workload, seed: string) => Workload,
  { rules, cost }: OpenSetting,
): number {
  const key = `${trace} ${setting}`;
  const measured = capacities.get(key);
  if (measured !== undefined) return measured;
  const backlog = atOnce(all.count < BACKLOG ? redrawn(all, BACKLOG, 'capacity') : windowOf(all, 0, 1, BACKLOG));
  const { requestsPerSecond } = saturate(drafted(backlog, 'capacity'), rules, cost);
  capacities.set(key, requestsPerSecond);
  return requestsPerSecond;
}

/** Recorded, in requests/s. */
function rateOf(all: Workload): number {
  const own = ownTimes(all);
  const span = toSeconds(all.arrival[own - 1] - all.arrival[0]);
  if (span > 0) return ((own - 1) / span) * (all.count / own);
  throw new Error(`trace ${all.name}: all requests arrive at once; say how they should, e.g. arrivals=poisson`);
}
