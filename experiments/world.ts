/** The requests of an experiment: one workload a seed, the same for every engine and scheduler. */
import { basename } from 'node:path';
import { namedSetting } from '../env/settings/catalogue.js';
import { settingBacklog, settingSource } from '../env/settings/setting.js';
import { acceptanceKinds, withDrafts } from '../env/workloads/acceptance/kinds.js';
import { arriveAtOnce } from '../env/workloads/arrivals.js';
import { chatSource } from '../env/workloads/chat.js';
import type { FamilyValues } from '../env/workloads/families/family.js';
import { atRate, rateOf, withArrivals } from '../env/workloads/retime.js';
import { ownTimes } from '../env/workloads/rounds.js';
import { readTrace } from '../env/workloads/traces/read.js';
import type { TraceFormat } from '../env/workloads/traces/reader.js';
import type { Workload } from '../env/workloads/workload.js';
import { resolveArrivals } from './arrivals.js';
import { columnNames } from './columns.js';
import { BACKLOG, backlogOf, redrawn, windowOf } from './rows.js';
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

type Seeded = Setting & { readonly seed: number };

/**
 * @param seeds how many workloads there will be: a trace is cut into as many windows
 * @throws Error that names the setting, or file and line
 */
export async function openWorld(setting: Seeded, seeds: number): Promise<World> {
  const { trace, setting: name, longShare } = setting;
  if (trace !== undefined) return openTrace(setting, trace, seeds);
  if (name === undefined) {
    const lost = (['split', 'parameters'] as const).find((key) => setting[key] !== undefined);
    if (lost !== undefined) throw new Error(`${lost}: belongs to a named setting, give --setting as well`);
    return embedded(setting);
  }
  if (longShare !== undefined)
    throw new Error(
      `longShare: belongs to the embedded workload; of a setting it is --parameters longShare=${longShare}`,
    );
  return ofSetting(setting, name);
}

function embedded({ requests = 600, longShare = 0.25, arrivals = 'on-off', draft, seed }: Seeded): World {
  if (arrivals === 'trace') throw new Error('arrivals: trace needs a trace');
  const { make } = resolveArrivals(arrivals);
  const episodes = chatSource({ longShare, requests, arrivals: make(1) });
  const many = chatSource({ longShare, requests: Math.max(BACKLOG, requests), arrivals: arriveAtOnce });
  const base = keepLast((index: number) => withDrafts(episodes.sample(seed + index), draft, seed + index));
  const speculation = { none: '', eagle: ', acceptance of an EAGLE head', ngram: ', acceptance of n-gram drafts' };
  return {
    name: episodes.name,
    origin: [
      `lengths of the Azure conversations (2023), ${Math.round(100 * longShare)} % arXiv papers to summarise${speculation[draft ?? 'none']}`,
    ],
    seeding: [`each seed draws ${requests} requests and ${arrivals} arrivals`],
    sample: (index, rate) => atRate(base(index), rate),
    backlog: () => withDrafts(many.sample(`${seed}/capacity`), draft, `${seed}/capacity`),
  };
}

function ofSetting({ split, parameters: given, requests, arrivals, draft, seed }: Seeded, name: string): World {
  const setting = namedSetting(name);
  if (arrivals === 'trace') throw new Error('arrivals: trace needs a trace');
  const parameters = familyValues(given);
  const source = settingSource(setting, { split, requests, parameters });
  /** Another proposer than the setting's has the acceptance that was fitted to it. */
  const drafted = (workload: Workload, seed: number | string): Workload =>
    draft === setting.deployment.draft || draft === undefined || draft === 'none'
      ? workload
      : { ...workload, acceptance: acceptanceKinds[draft].make(workload, seed) };
  const base = keepLast((index: number) => {
    const drawn = drafted(source.sample(seed + index), seed + index);
    if (arrivals === undefined) return drawn;
    return withArrivals(drawn, resolveArrivals(arrivals).make(ownTimes(drawn) / drawn.count), seed + index);
  });
  const whose =
    split === undefined || split === 'test'
      ? Object.entries({ ...setting.at, ...parameters }).map(([key, value]) => `${key} ${value}`)
      : [`parameters drawn for ${split}`];
  return {
    name: `setting ${name}`,
    origin: [`${setting.summary}; family ${setting.family.name}: ${whose.join(', ')}`],
    seeding: [`each seed draws ${requests} requests${arrivals === undefined ? '' : ` and ${arrivals} arrivals`}`],
    sample: (index, rate) => atRate(base(index), rate),
    backlog: () => drafted(settingBacklog(setting, { parameters }), 'capacity'),
  };
}

/** @throws Error for a value that is no number */
export function familyValues(given: Readonly<Record<string, unknown>> = {}): FamilyValues {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'number' && Number.isFinite(value)) continue;
    throw new Error(`parameters: ${name} is ${JSON.stringify(value)}, expected a number`);
  }
  return given as FamilyValues;
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
  const sessions = ownTimes(all);
  if (all.rounds)
    origin.push(`in ${sessions} sessions: each request follows the answer before it, at its recorded distance`);
  if (report.skipped.count > 0)
    origin.push(`${report.skipped.count} bad rows were skipped, the first: ${report.skipped.examples[0]}`);
  const unit = all.rounds ? 'sessions' : 'requests';
  if (own) {
    const rate = rateOf(all);
    if (rate === Infinity)
      throw new Error(`${file}: all ${unit} arrive at once; say how they should, e.g. --arrivals poisson`);
    const base = keepLast((index: number) => windowOf(all, index, seeds, requests));
    const seeding = [
      `a trace has no seeds: it is cut into ${seeds} contiguous windows of ${base(0).count} requests, one for each`,
      `its times are scaled as a whole (recorded: ${rate.toFixed(2)} requests/s), so windows keep their own bursts and loads`,
    ];
    return {
      name: all.name,
      origin,
      seeding,
      backlog: () => backlogOf(all, `${seed}/capacity`),
      sample: (index, wanted) => atRate(base(index), wanted / rate),
    };
  }
  const count = requests ?? all.count;
  const process = resolveArrivals(arrivals).make(sessions / all.count);
  const base = keepLast((index: number) => withArrivals(redrawn(all, count, seed + index), process, seed + index));
  const seeding = [
    all.rounds
      ? `each seed draws whole sessions with replacement, ${count} requests or a few more, and ${arrivals} arrivals of sessions`
      : `each seed draws ${count} of them with replacement, and ${arrivals} arrivals`,
  ];
  return {
    name: all.name,
    origin,
    seeding,
    backlog: () => backlogOf(all, `${seed}/capacity`),
    sample: (index, rate) => atRate(base(index), rate),
  };
}

/** Remembers the last value only: episodes come seed by seed. */
function keepLast<T>(make: (index: number) => T): (index: number) => T {
  let last: { index: number; value: T } | undefined;
  return (index) => {
    if (last?.index !== index) last = { index, value: make(index) };
    return last.value;
  };
}
