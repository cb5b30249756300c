/** Arms of a comparison: schedulers, beliefs and rules that meet the same requests, and how they differ. */
import type { CostModel } from '../../env/serving/cost/cost.js';
import type { Recorder } from '../../env/serving/recorder.js';
import { State } from '../../env/serving/requests.js';
import { checkRules, type Rules } from '../../env/serving/rules.js';
import { MICROS_PER_SECOND } from '../../env/time.js';
import type { Workload } from '../../env/workloads/workload.js';
import { type Interval, meanInterval, relativeDifference } from '../bootstrap.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { runEpisode } from '../episode.js';

/** Specs as on the command line. */
interface Arm {
  readonly scheduler: string;
  /** [declared] */
  readonly belief?: string;
  /** Rules that differ from those of the others. */
  readonly rules?: Partial<Rules>;
}

/** What an arm did on one seed. Times in seconds. */
export interface ArmResult {
  readonly jct: number;
  readonly jctP99: number;
  /** Mean over requests of JCT ÷ output tokens: normalised latency. */
  readonly perToken: number;
  readonly ttft: number;
  readonly ttftP50: number;
  readonly tbtP99: number;
  /** Of ΣJCT spent in no batch. */
  readonly waitingShare: number;
  readonly evictions: number;
  /** Tokens computed again, a token of all prompts. */
  readonly recomputed: number;
  readonly batch: number;
  /** Requests that were not answered. */
  readonly unserved: number;
}

export type Arms<N extends string> = Readonly<Record<N, Arm>>;
export type ArmResults<N extends string> = Readonly<Record<N, ArmResult>>;

interface Bench {
  readonly workload: Workload;
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly seed: number;
}

/** Every arm on one workload. */
export function runArms<N extends string>(arms: Arms<N>, { workload, rules, cost, seed }: Bench): ArmResults<N> {
  const prompts = workload.promptTokens.reduce((sum, tokens) => sum + tokens, 0);
  const results = Object.entries<Arm>(arms).map(([name, arm]) => {
    const normalised = perTokenLatency();
    const { summary } = runEpisode({
      workload,
      rules: arm.rules === undefined ? rules : checkRules({ ...rules, ...arm.rules }, name),
      cost,
      scheduler: resolveScheduler(arm.scheduler).make,
      predictor: arm.belief === undefined ? undefined : resolvePredictor(arm.belief).make,
      seed,
      recorders: [normalised.recorder],
    });
    const { requests, jct, ttft, tbt } = summary;
    const result: ArmResult = {
      jct: jct.mean / MICROS_PER_SECOND,
      jctP99: jct.p99 / MICROS_PER_SECOND,
      perToken: normalised.mean() / MICROS_PER_SECOND,
      ttft: ttft.mean / MICROS_PER_SECOND,
      ttftP50: ttft.p50 / MICROS_PER_SECOND,
      tbtP99: tbt.p99 / MICROS_PER_SECOND,
      waitingShare: summary.waitingShare,
      evictions: summary.evictions,
      recomputed: summary.recomputedTokens / prompts,
      batch: summary.batchSize.mean,
      unserved: requests.arrived - requests.finished,
    };
    return [name, result];
  });
  return Object.fromEntries(results) as ArmResults<N>;
}

/** JCT ÷ output tokens of those who finish. */
function perTokenLatency(): { recorder: Recorder; mean(): number } {
  let [sum, count] = [0, 0];
  const recorder: Recorder = {
    left({ requests: { state, arrival, generated } }, r, time) {
      if (state[r] !== State.finished) return;
      sum += (time - arrival[r]) / generated[r];
      count++;
    },
  };
  return { recorder, mean: () => sum / count };
}

type FigureOf = (result: ArmResult) => number;

/** How one arm differs from another, seed by seed, as a share of the other's mean. */
export function difference<N extends string>(
  samples: readonly ArmResults<N>[],
  arm: N,
  reference: N,
  figureOf: FigureOf = ({ jct }) => jct,
): Interval {
  return relativeDifference(
    samples.map((sample) => figureOf(sample[arm])),
    samples.map((sample) => figureOf(sample[reference])),
  );
}

/** How many times larger an arm's figure is than the other's: FCFS ÷ a scheduler is a published "n times lower". */
export function ratio<N extends string>(
  samples: readonly ArmResults<N>[],
  arm: N,
  reference: N,
  figureOf: FigureOf = ({ jct }) => jct,
): Interval {
  const { value, low, high } = difference(samples, arm, reference, figureOf);
  return { value: 1 + value, low: 1 + low, high: 1 + high };
}

/** The mean of a figure over seeds. */
export const meanOf = <N extends string>(samples: readonly ArmResults<N>[], arm: N, figureOf: FigureOf): Interval =>
  meanInterval(samples.map((sample) => figureOf(sample[arm])));
