/**
 * A recorded serving run against the simulator: the same requests, flags, memory and version of the engine; iteration times
 * from the operator profile of that GPU. Nothing is fitted to the recorded times.
 */
import type { CostModel, CpuCost } from '../../env/serving/cost/cost.js';
import { profileCost } from '../../env/serving/cost/profile.js';
import { rooflineCost } from '../../env/serving/cost/roofline.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { poolBlocks } from '../../env/serving/hardware.js';
import { preset } from '../../env/serving/presets.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Rules } from '../../env/serving/rules.js';
import { createSeries, push, type Spread, spreadOf } from '../../env/serving/spread.js';
import { fromSeconds, toSeconds } from '../../env/time.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { presetOfVersion } from '../golden/vllm-v1.js';
import { type CdfPanel, cdfs } from '../report/cdfs.js';
import { type Check, type Comparison, relative, shownError } from './check.js';
import { type RecordedRequest, type RecordedRun, readServingRun } from './serving-files.js';

/**
 * What every iteration of a current vLLM with CUDA graphs takes beside its operators, µs: 126 + 4.42 a sequence as BLIS fitted it
 * on other GPUs; "modern vLLM" of the affine presets.
 */
const EXPOSED: CpuCost = { a0: 130, a1: 4.4 };
/** The same fit's time for each layer, which shows where launches are not hidden, µs. */
const LAUNCH_PER_LAYER = 32;

/** Seconds by request. */
interface Times {
  readonly ttft: readonly number[];
  readonly wait: readonly number[];
  readonly tpot: readonly number[];
  readonly e2e: readonly number[];
}

type Metric = keyof Times;

/** What is compared: its name, unit and scale from seconds, and the error allowed for the mean. */
const METRICS: readonly { of: Metric; name: string; unit: string; scale: number; mean: number }[] = [
  { of: 'ttft', name: 'TTFT', unit: 's', scale: 1, mean: 0.1 },
  { of: 'wait', name: 'queue wait', unit: 's', scale: 1, mean: 0.1 },
  { of: 'tpot', name: 'TPOT', unit: 'ms', scale: 1000, mean: 0.05 },
  { of: 'e2e', name: 'E2E latency', unit: 's', scale: 1, mean: 0.05 },
];

/** @param folder the recording, its profile beside it */
export function compareServing(folder: string): Comparison {
  const recorded = readServingRun(folder);
  const { gpu, model, flags, profile, requests } = recorded;
  const rules = rulesOf(recorded);
  const measured = timesOf(requests);
  const simulated = (cost: CostModel): Times => timesOf(simulate(requests, rules, cost));
  const judged = profileCost(profile, { exposed: EXPOSED });
  const ours = simulated(judged);
  const launches = { ...EXPOSED, a0: EXPOSED.a0 + LAUNCH_PER_LAYER * model.layers };
  const others: [string, CostModel][] = [
    ['operators alone, nothing beside them', profileCost(profile)],
    [`${LAUNCH_PER_LAYER} µs a layer more (launches not hidden)`, profileCost(profile, { exposed: launches })],
    ['every iteration 1 % longer than judged', { ...judged, device: (s) => Math.round(1.01 * judged.device(s)) }],
    ['the p-norm card fitted to the same profile', rooflineCost(gpu, model)],
  ];
  return {
    suite: 'llmservingsim-vllm-bench',
    inputs: [
      `measured: vLLM ${recorded.version}, ${model.name} on one ${gpu.name}, ${requests.length} requests with given lengths and arrivals`,
      `simulated: ${rules.name}, asynchronous (its default), ${flags.max_num_seqs} sequences, ${flags.max_num_batched_tokens} tokens, ${rules.blocks} blocks of ${rules.blockSize} (${100 * recorded.utilisation} % of ${gpu.memoryGiB} GiB)`,
      `iteration times: ${profile.name}, and ${EXPOSED.a0} + ${EXPOSED.a1}·B µs that BLIS measured on other GPUs; nothing is fitted to this run`,
    ],
    checks: METRICS.flatMap((metric) => checksOf(metric, measured, ours)),
    sensitivity: others.map(([name, cost]) => `${name}: ${errorsOf(measured, simulated(cost))}`),
    picture: cdfs(
      METRICS.map(({ of, name, unit, scale }): CdfPanel => {
        const scaled = (times: Times): number[] => times[of].map((value) => value * scale);
        return { title: `${name}, ${unit}`, measured: scaled(measured), simulated: scaled(ours) };
      }),
      `${requests.length} requests on vLLM ${recorded.version}: measured and simulated`,
      [`${model.name} on one ${gpu.name}`, 'iteration times from its operator profile, nothing fitted to the run'],
    ),
  };
}

function rulesOf({ version, gpu, model, flags, utilisation }: RecordedRun): Rules {
  return preset(presetOfVersion(version), {
    asyncDepth: 1,
    maxBatch: flags.max_num_seqs,
    maxResident: flags.max_num_seqs,
    tokenBudget: flags.max_num_batched_tokens,
    maxModelLen: flags.max_model_len ?? model.maxModelLen,
    blocks: poolBlocks(gpu, model, { utilisation }),
  });
}

/** Our times of the same requests, in order of arrival. */
function simulate(requests: readonly RecordedRequest[], rules: Rules, cost: CostModel): RecordedRequest[] {
  const workload = createWorkload({
    name: 'recorded run',
    arrival: requests.map(({ arrival }) => fromSeconds(arrival)),
    promptTokens: requests.map(({ prompt }) => prompt),
    outputTokens: requests.map(({ output }) => output),
    declared: requests.map(({ output }) => output),
  });
  const queued: number[] = [];
  const scheduled: number[] = [];
  const done: RecordedRequest[] = [];
  const recorder: Recorder = {
    arrived(s, r) {
      queued[r] = s.now;
    },
    planned(s) {
      for (let k = 0; k < s.plan.n; k++) scheduled[s.plan.ids[k]] ??= s.now;
    },
    left({ requests: columns }, r) {
      done.push({
        prompt: columns.promptTokens[r],
        output: columns.generated[r],
        arrival: toSeconds(columns.arrival[r]),
        queued: toSeconds(queued[r]),
        scheduled: toSeconds(scheduled[r]),
        firstToken: toSeconds(columns.firstToken[r]),
        lastToken: toSeconds(columns.lastToken[r]),
      });
    },
  };
  run(createEngine({ workload, rules, cost, recorders: [recorder] }));
  return done;
}

/** TTFT and latency count from the client's arrival, the wait from the moment the engine has the request to its first batch. */
const timesOf = (requests: readonly RecordedRequest[]): Times => ({
  ttft: requests.map(({ arrival, firstToken }) => firstToken - arrival),
  wait: requests.map(({ queued, scheduled }) => scheduled - queued),
  tpot: requests
    .filter(({ output }) => output > 1)
    .map(({ firstToken, lastToken, output }) => (lastToken - firstToken) / (output - 1)),
  e2e: requests.map(({ arrival, lastToken }) => lastToken - arrival),
});

/** Mean, p50, p90 and p99 of one metric. */
function checksOf({ of, name, unit, scale, mean }: (typeof METRICS)[number], measured: Times, ours: Times): Check[] {
  const a = spread(measured[of]);
  const b = spread(ours[of]);
  const allowed = { mean, p50: 0.1, p90: null, p99: 0.1 } as const;
  return (['mean', 'p50', 'p90', 'p99'] as const).map((at) =>
    relative(`${name} ${at}`, unit, a[at] * scale, b[at] * scale, allowed[at]),
  );
}

function spread(values: readonly number[]): Spread {
  const series = createSeries(values.length);
  for (const value of values) push(series, value);
  return spreadOf(series);
}

/** Errors of mean and median of every metric, in one line. */
const errorsOf = (measured: Times, ours: Times): string =>
  METRICS.map((metric) => {
    const [mean, median] = checksOf(metric, measured, ours);
    return `${metric.name} ${shownError(mean)} / ${shownError(median)}`;
  }).join(', ');
