/** The requests of an experiment: one workload a seed, the same for every engine and scheduler. */
import { basename } from 'node:path';
import { depthAcceptance } from '../env/workloads/acceptance/depth.js';
import { arriveAtOnce } from '../env/workloads/arrivals.js';
import { type ArrivalKind, arrivalKinds, chatSource } from '../env/workloads/chat.js';
import { atOnce, atRate, withArrivals } from '../env/workloads/retime.js';
import { readTrace } from '../env/workloads/traces/read.js';
import type { TraceFormat } from '../env/workloads/traces/reader.js';
import type { Workload } from '../env/workloads/workload.js';
import { columnNames } from './columns.js';
import { redrawn, windowOf } from './rows.js';
import type { Setting } from './setting.js';

export interface World {
  readonly name: string;
  /** Where the requests come from. */
  readonly origin: readonly string[];
  /** What a seed changes. */
  readonly seeding: readonly string[];
  /** The workload of paired seed `index`, with arrivals at `rate` requests/s in the mean. */
  sample(index: number, rate: number): Workload;
  /** Many requests at time 0: they measure capacity. */
  backlog(): Workload;
}

/** Requests that measure capacity: enough that filling the engine does not count. */
const BACKLOG = 2000;

type Seeded = Setting & { readonly seed: number };

/**
 * @param seeds how many workloads there will be: a trace is cut into as many windows
 * @throws Error that names the setting, or file and line
 */
export async function openWorld(setting: Seeded, seeds: number): Promise<World> {
  return setting.trace === undefined ? embedded(setting) : openTrace(setting, setting.trace, seeds);
}

function embedded({ requests = 600, longShare = 0.25, arrivals, draft, seed }: Seeded): World {
  if (draft === 'ngram')
    throw new Error(
      'draft: ngram needs a trace with recorded acceptance (SpecDecode-Bench); the embedded workload has eagle',
    );
  if (arrivals === 'trace') throw new Error('arrivals: trace needs a trace');
  const common = { longShare, acceptance: draft === 'eagle', rate: 1 };
  const episodes = chatSource({ ...common, requests, arrivals: arrivals as ArrivalKind });
  const many = chatSource({ ...common, requests: Math.max(BACKLOG, requests), arrivals: 'at-once' });
  const base = keepLast((index: number) => episodes.sample(seed + index));
  const speculation = draft === 'eagle' ? ', acceptance of an EAGLE head' : '';
  return {
    name: episodes.name,
    origin: [
      `lengths of the Azure conversations (2023), ${Math.round(100 * longShare)} % arXiv papers to summarise${speculation}`,
    ],
    seeding: [`each seed draws ${requests} requests and ${arrivals} arrivals`],
    sample: (index, rate) => atRate(base(index), rate),
    backlog: () => many.sample(`${seed}/capacity`),
  };
}

async function openTrace(setting: Seeded, file: string, seeds: number): Promise<World> {
  const { arrivals = 'trace', draft, seed, requests } = setting;
  const own = arrivals === 'trace';
  const { workload, report } = await readTrace(file, {
    skipBadRows: setting.skipBadRows,
    ...(!own && { arrivals: arriveAtOnce }),
    ...(setting.format !== undefined && { format: setting.format as TraceFormat }),
    ...(setting.columns !== undefined && { columns: columnNames(setting.columns) }),
    ...(draft !== undefined && draft !== 'none' && { draft }),
  });
  const all = withDrafts(workload, draft, seed);
  const origin = [`${all.count} requests of ${basename(file)} (${report.format})`];
  if (report.skipped.count > 0)
    origin.push(`${report.skipped.count} bad rows were skipped, the first: ${report.skipped.examples[0]}`);
  const backlog = (): Workload => (all.count < BACKLOG ? redrawn(all, BACKLOG, `${seed}/capacity`) : atOnce(all));
  if (own) {
    if (!(report.span > 0))
      throw new Error(`${file}: all requests arrive at once; say how they should, e.g. --arrivals poisson`);
    const rate = (all.count - 1) / report.span;
    const base = keepLast((index: number) => windowOf(all, index, seeds, requests));
    const seeding = [
      `a trace has no seeds: it is cut into ${seeds} contiguous windows of ${base(0).count} requests, one for each`,
      `its times are scaled as a whole (recorded: ${rate.toFixed(2)} requests/s), so windows keep their own bursts and loads`,
    ];
    return { name: all.name, origin, seeding, backlog, sample: (index, wanted) => atRate(base(index), wanted / rate) };
  }
  const count = requests ?? all.count;
  const process = arrivalKinds[arrivals as ArrivalKind](1);
  const base = keepLast((index: number) => withArrivals(redrawn(all, count, seed + index), process, seed + index));
  const seeding = [`each seed draws ${count} of them with replacement, and ${arrivals} arrivals`];
  return { name: all.name, origin, seeding, backlog, sample: (index, rate) => atRate(base(index), rate) };
}

/** Traces that recorded no acceptance get that of an EAGLE head, as fitted. */
function withDrafts(workload: Workload, draft: Setting['draft'], seed: number): Workload {
  if (draft === undefined || draft === 'none' || !workload.acceptance.never) return workload;
  if (draft === 'ngram') throw new Error(`draft: ngram needs recorded acceptance, ${workload.name} has none`);
  return { ...workload, acceptance: depthAcceptance(workload, seed) };
}

/** Remembers the last value only: episodes come seed by seed. */
function keepLast<T>(make: (index: number) => T): (index: number) => T {
  let last: { index: number; value: T } | undefined;
  return (index) => {
    if (last?.index !== index) last = { index, value: make(index) };
    return last.value;
  };
}
