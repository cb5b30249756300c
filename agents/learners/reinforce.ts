/**
 * REINFORCE (Williams 1992) with leave-one-out baselines: K roll-outs of each workload under the same luck, each compared with what the
 * others still earned from the same clock time on (`math/leave-one-out.ts`). There is no critic.
 *
 *     ∇J = mean A·∇log π(a|s) + c·∇H
 *
 * For episodes that end: what a truncated one would still have earned counts as nothing.
 */
import { stream } from '../../env/random.js';
import type { Activation } from '../../predictors/net.js';
import { rests } from '../../predictors/rest.js';
import { createActor, type FirstPolicy } from './actor.js';
import type { Agent } from './agent.js';
import type { Architecture } from './architecture.js';
import { type Crew, withCrew } from './crew.js';
import { type ExplorationOptions, explore } from './exploration.js';
import { checkCounts, endIteration, type Learner, type LearnOptions } from './learner.js';
import { leaveOneOut } from './math/leave-one-out.js';
import { normalise } from './math/returns.js';
import { createOptimizer } from './optimizer.js';
import { simdKernels } from './simd.js';
import { loadState, saveState } from './state.js';

export interface ReinforceOptions extends LearnOptions, FirstPolicy, ExplorationOptions {
  /** Workloads of an update [4]. */
  readonly groups?: number;
  /** Roll-outs of each [4]. */
  readonly rollouts?: number;
  /** Of Adam [.01]. */
  readonly rate?: number;
  /** [0] */
  readonly entropyCoefficient?: number;
  /** Longest gradient [.5]. */
  readonly gradientNorm?: number;
  /** [a perceptron, 32] */
  readonly network?: Architecture;
  /** ['tanh'] */
  readonly activation?: Activation;
}

/** Rows of a piece of the batch. */
const PIECE = 256;

/** An episode as it was acted. */
interface Episode {
  readonly observation: number[];
  readonly mask: number[];
  readonly action: number[];
  readonly reward: number[];
  readonly elapsed: number[];
}

export const reinforce: Learner<ReinforceOptions> = async (makeEnv, options) => {
  const { groups = 4, rollouts = 4 } = options;
  checkCounts('REINFORCE', { groups, rollouts });
  return withCrew(makeEnv, 1, options, (crew) => learn(crew, options));
};

async function learn(crew: Crew, options: ReinforceOptions): Promise<Agent> {
  const { seed, steps, signal, from, groups = 4, rollouts = 4, rate = 0.01 } = options;
  const { entropyCoefficient = 0, gradientNorm = 0.5, activation = 'tanh' } = options;
  const { network = { kind: 'mlp', hidden: [32] } } = options;
  const { size, form, maskWidth, now, reached } = crew;
  const kernels = (options.kernels ?? simdKernels)();
  const shape = { network, size, form, activation, rows: PIECE, kernels };
  const actor = createActor({ ...shape, first: options, random: stream(seed, 'reinforce/net') });
  const { parameters } = actor;
  const { width } = actor.choice;
  /** Gradients of the pieces, added up. */
  const slopes = parameters.map(({ gradient }) => kernels.numbers(gradient.length));
  const optimizer = createOptimizer(
    parameters.map((parameter, k) => ({ ...parameter, gradient: slopes[k] })),
    kernels,
  );
  const acting = stream(seed, 'reinforce/act');
  const draws = explore(crew, network.kind === 'scorer' ? network.slots : null, seed, acting, options);
  const pieceMask = maskWidth > 0 ? new Uint8Array(PIECE * maskWidth) : null;
  const pieceAction = new Float64Array(PIECE * width);
  const [byLogProb, pieceLogProb, pieceEntropy] = [1, 2, 3].map(() => new Float64Array(PIECE));

  /** Steps taken, and workloads seen. */
  const count = new Float64Array(2);
  const arrays = {
    ...optimizer.arrays,
    acting: acting.state,
    count,
  };
  if (from !== undefined) loadState(from, arrays);
  const spent = { act: 0, env: 0, update: 0 };
  const rest = rests(signal);

  /** @param rollout of the same workload */
  async function play(which: number, rollout: number): Promise<Episode> {
    const episode: Episode = { observation: [], mask: [], action: [], reward: [], elapsed: [] };
    const acted = new Float64Array(width);
    const unasked = new Float64Array(1); // log-probability
    crew.begin(0, which);
    for (;;) {
      const began = performance.now();
      actor.input.set(now.observation);
      actor.forward(1);
      actor.choose(now.mask, draws(rollout), acted, unasked);
      episode.observation.push(...now.observation);
      if (now.mask) episode.mask.push(...now.mask);
      episode.action.push(...acted);
      const chosen = performance.now();
      crew.step(acted);
      episode.reward.push(reached.reward[0]);
      episode.elapsed.push(reached.elapsed[0]);
      spent.act += chosen - began;
      spent.env += performance.now() - chosen;
      if ((reached.terminated[0] | reached.truncated[0]) !== 0) return episode;
      await rest();
    }
  }

  /** Adds the gradient of some rows of an episode. */
  function addPiece(episode: Episode, advantage: Float64Array, first: number, rows: number, total: number): void {
    for (let k = 0; k < rows * size; k++) actor.input[k] = episode.observation[first * size + k];
    for (let k = 0; k < rows * width; k++) pieceAction[k] = episode.action[first * width + k];
    if (pieceMask) for (let k = 0; k < rows * maskWidth; k++) pieceMask[k] = episode.mask[first * maskWidth + k];
    for (let k = 0; k < rows; k++) byLogProb[k] = -advantage[first + k] / total;
    actor.forward(rows);
    actor.judge(rows, pieceMask, pieceAction, pieceLogProb, pieceEntropy);
    actor.backward(rows, byLogProb, -entropyCoefficient / total);
    parameters.forEach(({ gradient }, at) => {
      for (let k = 0; k < gradient.length; k++) slopes[at][k] += gradient[k];
    });
  }

  while (count[0] < steps) {
    const episodes: Episode[] = [];
    const gains: Float64Array[] = [];
    for (let group = 0; group < groups; group++) {
      const together: Episode[] = [];
      for (let k = 0; k < rollouts; k++) together.push(await play(count[1], k));
      count[1]++;
      episodes.push(...together);
      gains.push(...leaveOneOut(together));
    }
    const began = performance.now();
    const total = gains.reduce((sum, { length }) => sum + length, 0);
    const all = Float64Array.from(gains.flatMap((each) => [...each]));
    normalise(all);
    for (const each of slopes) each.fill(0);
    let begin = 0;
    for (const [e, episode] of episodes.entries()) {
      const advantage = all.subarray(begin, begin + gains[e].length);
      begin += gains[e].length;
      for (let first = 0; first < advantage.length; first += PIECE)
        addPiece(episode, advantage, first, Math.min(PIECE, advantage.length - first), total);
    }
    const norm = optimizer.step(rate, gradientNorm);
    spent.update += performance.now() - began;
    count[0] += total;
    const state = () => saveState({ ...arrays, ...crew.save() });
    const figures = { gradientNorm: norm };
    if (!(await endIteration(options, crew, { done: count[0], figures, spent, state, agent: actor.agent }))) break;
    await rest();
  }
  return actor.agent();
}
