/** LAPS-SD in a batch engine short of memory, where requests that are displaced must be computed again. */
import { hysteresis } from '../../../agents/combine/hysteresis.js';
import { limited } from '../../../agents/combine/limited.js';
import { nonPreemptive } from '../../../agents/combine/non-preemptive.js';
import { lapsSd } from '../../../agents/schedulers/laps-sd.js';
import { srpt } from '../../../agents/schedulers/srpt.js';
import { rooflineCost } from '../../../env/serving/cost/roofline.js';
import { loadGpu, loadModel } from '../../../env/serving/hardware.js';
import { fcfs, type Scheduler } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { atOnce, withArrivals } from '../../../env/workloads/retime.js';
import { oracle } from '../../../predictors/oracle.js';
import { resolveArrivals } from '../../arrivals.js';
import { type Interval, meanInterval, relativeDifference } from '../../bootstrap.js';
import { saturate } from '../../capacity.js';
import { runEpisode } from '../../episode.js';
import { openPool, originNote, type Pool } from '../drafted-pool.js';
import { drawJobs, type Jobs, oracleOfSteps } from '../drafted-queue.js';
import { below, type Figure, type Paper } from '../paper.js';

const LOAD = 0.95;
/** Room for about 24 requests. */
const BLOCKS = 1500;
const ENGINES = { 'by rank': 'vllm-v1+rank', vLLM: 'vllm-v1' } as const;
type EngineName = keyof typeof ENGINES;

interface Arm {
  readonly make: () => Scheduler;
  /** It knows the acceptances to come. */
  readonly byTime?: boolean;
}
const ARMS = {
  FCFS: { make: fcfs },
  'SRPT(L)': { make: srpt },
  'SRPT(T)': { make: srpt, byTime: true },
  'LAPS-SD': { make: lapsSd },
  'LAPS-SD with hysteresis': { make: hysteresis(lapsSd) },
  'LAPS-SD displaced once': { make: limited(lapsSd) },
  'LAPS-SD, non-preemptive': { make: nonPreemptive(lapsSd) },
  'SRPT(L), non-preemptive': { make: nonPreemptive(srpt) },
} as const satisfies Record<string, Arm>;
type ArmName = keyof typeof ARMS;
const NAMES = Object.keys(ARMS) as ArmName[];
const TAMED: readonly ArmName[] = ['LAPS-SD with hysteresis', 'LAPS-SD displaced once', 'LAPS-SD, non-preemptive'];

interface Outcome {
  /** Mean, µs. */
  readonly jct: number;
  readonly evictions: number;
  /** Of ΣJCT spent in no batch. */
  readonly waitingShare: number;
}
type Sample = Readonly<Record<EngineName, Readonly<Record<ArmName, Outcome>>>>;

const cost = rooflineCost(loadGpu('a100'), loadModel('llama-3-8b'), { draft: { perDepth: 600, perToken: 30 } });
const rulesOf = (engine: EngineName, { drafts }: Pool) =>
  preset(ENGINES[engine], { blocks: BLOCKS, drafts, proposer: 'eagle', prefixCaching: false });

/** Jobs with their own prompts, in bursts. */
function burst(pool: Pool, count: number, rate: number, seed: number): Jobs {
  const jobs = drawJobs(pool, 1, count, seed);
  const promptTokens = jobs.picks.map((pick) => pool.prompts[pick]);
  return {
    ...jobs,
    workload: withArrivals({ ...jobs.workload, promptTokens }, resolveArrivals('on-off').make(rate), seed),
  };
}

function serve(engine: EngineName, arm: Arm, jobs: Jobs): Outcome {
  const { summary } = runEpisode({
    workload: jobs.workload,
    rules: rulesOf(engine, jobs.pool),
    cost,
    scheduler: arm.make,
    predictor: arm.byTime ? oracleOfSteps(jobs) : oracle,
    seed: 0,
  });
  return { jct: summary.jct.mean, evictions: summary.evictions, waitingShare: summary.waitingShare };
}

export const lapsBatch: Paper<Sample> = {
  title: 'LAPS-SD in a batch engine short of memory',
  source:
    'Li, Chen and Li, IJCAI 2025, arXiv 2505.17074, analyse one request at a time and say that it carries over to larger batches; nobody measured it',
  claim: 'LAPS-SD has a lower mean latency than FCFS in a batch engine, too, as it is and with its preemption tamed.',
  setting:
    'Requests of SpecDecode-Bench ShareGPT with their prompts and recorded acceptance, γ 3, Llama-3-8B on an A100 with memory for about 24 of them, bursts at load .95; exact lengths. By rank: a better request takes the blocks of a worse one, which is computed again. vLLM: rank orders the queue only.',
  seeds: { full: 24, quick: 2 },
  async open(quick) {
    const pool = await openPool('ShareGPT');
    const backlog = atOnce(burst(pool, 1_000, 1, 0).workload);
    const rate = LOAD * saturate(backlog, rulesOf('vLLM', pool), cost).requestsPerSecond;
    return (seed) => {
      const jobs = burst(pool, quick ? 200 : 600, rate, seed);
      const on = (engine: EngineName): Record<ArmName, Outcome> =>
        Object.fromEntries(NAMES.map((name) => [name, serve(engine, ARMS[name], jobs)])) as Record<ArmName, Outcome>;
      return { 'by rank': on('by rank'), vLLM: on('vLLM') };
    };
  },
  conclude(samples) {
    const all = (engine: EngineName, arm: ArmName, of: (o: Outcome) => number): number[] =>
      samples.map((sample) => of(sample[engine][arm]));
    const jct = (engine: EngineName, arm: ArmName): number[] => all(engine, arm, (o) => o.jct);
    const evictions = (engine: EngineName, arm: ArmName): Interval =>
      meanInterval(all(engine, arm, (o) => o.evictions));
    const against = (engine: EngineName, arm: ArmName, reference: ArmName, judged: boolean): Figure => ({
      what: `${engine}: ${arm} against ${reference}`,
      unit: '%',
      expected: judged ? below(0) : null,
      measured: relativeDifference(jct(engine, arm), jct(engine, reference)),
    });
    const count = (arm: ArmName): string => evictions('by rank', arm).value.toFixed(0);
    const waiting = meanInterval(all('vLLM', 'FCFS', (o) => o.waitingShare)).value;
    return {
      figures: [
        against('by rank', 'LAPS-SD', 'FCFS', true),
        ...TAMED.map((arm) => against('by rank', arm, 'FCFS', true)),
        against('vLLM', 'LAPS-SD', 'FCFS', false),
        against('by rank', 'SRPT(L)', 'FCFS', false),
        against('by rank', 'SRPT(L), non-preemptive', 'FCFS', false),
        against('by rank', 'LAPS-SD', 'SRPT(L)', false),
        against('by rank', 'SRPT(T)', 'SRPT(L)', false),
        against('vLLM', 'SRPT(L)', 'FCFS', false),
        against('vLLM', 'SRPT(T)', 'SRPT(L)', false),
        ...(['FCFS', 'SRPT(L)', 'LAPS-SD'] as const).map(
          (arm): Figure => ({
            what: `by rank: evictions an episode, ${arm}`,
            unit: '',
            expected: null,
            measured: evictions('by rank', arm),
          }),
        ),
      ],
      reason: `whom LAPS-SD displaces must be computed again, and newcomers, whose time is not perceptible yet, come before everyone who runs: ${count('LAPS-SD')} evictions an episode against ${count('SRPT(L)')} of SRPT and ${count('FCFS')} of FCFS`,
      notes: [
        originNote(),
        `FCFS spends ${(100 * waiting).toFixed(0)} % of the JCT waiting.`,
        `In vLLM newcomers queue in order of arrival under LAPS-SD, since nobody who waits is perceptible; it acts by naming who loses its blocks and by whom it puts behind newcomers then (${meanInterval(all('vLLM', 'LAPS-SD', (o) => o.evictions)).value.toFixed(0)} evictions an episode, FCFS ${meanInterval(all('vLLM', 'FCFS', (o) => o.evictions)).value.toFixed(0)}).`,
      ],
    };
  },
};
