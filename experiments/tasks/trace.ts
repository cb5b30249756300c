/**
 * A trace as the requests of a task. An episode is a window of it, contiguous, drawn by the seed; of a split: the first windows are those
 * of training, the next of validation, the last of the test. Files are read ahead (`readTraces`), since tasks are made at once.
 */
import { stream } from '../../env/random.js';
import type { NamedSetting, OpenSetting } from '../../env/settings/setting.js';
import { withDrafts } from '../../env/workloads/acceptance/kinds.js';
import { arriveAtOnce } from '../../env/workloads/arrivals.js';
import type { Split } from '../../env/workloads/families/family.js';
import { atRate, rateOf, take } from '../../env/workloads/retime.js';
import { readTrace } from '../../env/workloads/traces/read.js';
import type { TraceFormat } from '../../env/workloads/traces/reader.js';
import type { Source, Workload } from '../../env/workloads/workload.js';
import { saturate } from '../capacity.js';
import { columnNames } from '../columns.js';
import { arriving } from '../requests/arriving.js';
import { BACKLOG, backlogOf, windowOf } from '../rows.js';
import type { TaskNames } from './names.js';

/** What is asked of a trace. */
type Asked = Pick<TaskNames, 'trace' | 'format' | 'columns' | 'unit' | 'arrivals'>;

/** What was read in this thread. */
const known = new Map<string, Workload>();
/** Requests/s that a setting's engine serves of a trace. */
const capacities = new Map<string, number>();

const keyOf = ({ trace, format, columns, unit, arrivals }: Asked): string =>
  JSON.stringify([trace, format, columns, unit, arrivals === undefined]);

/** To be called before tasks with a `trace` are made. @throws Error naming file and line */
export async function readTraces(places: readonly TaskNames[]): Promise<void> {
  for (const place of places) {
    const { trace, format, columns, unit, arrivals } = place;
    const key = keyOf(place);
    if (typeof trace !== 'string' || known.has(key)) continue; // what is no name is refused where the task is made
    const { workload } = await readTrace(trace, {
      ...(format !== undefined && { format: format as TraceFormat }),
      ...(columns !== undefined && { columns: columnNames(columns) }),
      ...(unit !== undefined && { unit }),
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
export function traceSource(names: TaskNames, setting: NamedSetting, open: OpenSetting): Source {
  const { trace = '', arrivals, split, load, requests } = names;
  const key = keyOf(names);
  return {
    name: trace,
    sample(seed) {
      const all = known.get(key);
      if (!all) throw new Error(`trace ${trace}: was not read yet, expected readTraces before`);
      const most = Math.min(requests ?? setting.requests, all.count);
      const windows = Math.max(1, Math.floor(all.count / most));
      if (split !== undefined && windows < FEWEST)
        throw new Error(
          `trace ${trace}: ${all.count} requests are ${windows} windows of ${most}, expected ${FEWEST} for training, validation and test: fewer requests an episode`,
        );
      const [from, to] = (split === undefined ? [0, 1] : SHARES[split]).map((share) => Math.floor(share * windows));
      const index = from + Math.floor((to - from) * stream(seed, 'window').next());
      const window = withDrafts(windowOf(all, index, windows, most), setting.deployment.draft, seed);
      const rate = (load ?? setting.load) * capacityOf(all, key, setting, open);
      if (arrivals !== undefined) return arriving(window, arrivals, rate, seed);
      const recorded = rateOf(all);
      if (recorded === Infinity)
        throw new Error(`trace ${trace}: all requests arrive at once; say how they should, e.g. arrivals=poisson`);
      return atRate(window, rate / recorded);
    },
  };
}

function capacityOf(
  all: Workload,
  trace: string,
  { name, deployment }: NamedSetting,
  { rules, cost }: OpenSetting,
): number {
  const key = `${trace} ${name}`;
  const measured = capacities.get(key);
  if (measured !== undefined) return measured;
  const backlog = backlogOf(take(all, BACKLOG), 'capacity');
  const { requestsPerSecond } = saturate(withDrafts(backlog, deployment.draft, 'capacity'), rules, cost);
  capacities.set(key, requestsPerSecond);
  return requestsPerSecond;
}
