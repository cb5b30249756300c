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
import { agentOf, policyWeights } from './agent.js';
import { choiceOf } from './choice.js';
import { createCrew, meanOf } from './crew.js';
import { checkCounts, type Learner, type LearnOptions } from './learner.js';
import { leaveOneOut } from './math/leave-one-out.js';
import { normalise } from './math/returns.js';
import { initialiseMlp, trainedMlp } from './mlp.js';
import { createOptimizer } from './optimizer.js';
import { simdKernels } from './simd.js';
import { loadState, saveState } from './state.js';

export interface ReinforceOptions extends LearnOptions {
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
  /** Hidden layers [[32]]. */
  readonly hidden?: readonly number[];
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
  const { seed, steps, signal, from, groups = 4, rollouts = 4, rate = 0.01 } = options;
  const { entropyCoefficient = 0, gradientNorm = 0.5, hidden = [32], activation = 'tanh' } = options;
  checkCounts('REINFORCE', { groups, rollouts });
  const crew = createCrew(makeEnv, 1, seed, from);
  const { size, form, maskWidth, now, reached } = crew;
  const kernels = simdKernels();
  const { outputs, width } = choiceOf(form);
  const net = trainedMlp({ widths: [size, ...hidden, outputs], activation, rows: PIECE, kernels });
  initialiseMlp(net, stream(seed, 'reinforce/net'), 0.01);
  const logSd = form.choice === 'box' ? kernels.numbers(width) : null;
  const logSdGradient = logSd && kernels.numbers(width);
  const choice = choiceOf(form, logSd);
  const free =
    logSd && logSdGradient ? [{ name: 'logSd', shape: [width], values: logSd, gradient: logSdGradient }] : [];
  const parameters = [...net.parameters, ...free];
  /** Gradients of the pieces, added up. */
  const slopes = parameters.map(({ gradient }) => kernels.numbers(gradient.length));
  const optimizer = createOptimizer(
    parameters.map((parameter, k) => ({ ...parameter, gradient: slopes[k] })),
    kernels,
  );
  const acting = stream(seed, 'reinforce/act');
  const pieceMask = maskWidth > 0 ? new Uint8Array(PIECE * maskWidth) : null;
  const pieceAction = new Float64Array(PIECE * width);

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

  async function play(which: number): Promise<Episode> {
    const episode: Episode = { observation: [], mask: [], action: [], reward: [], elapsed: [] };
    const acted = new Float64Array(width);
    crew.begin(0, which);
    for (;;) {
      const began = performance.now();
      net.input.set(now.observation);
      net.forward(1);
      choice.choose(net.output, now.mask, 0, acting, acted);
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
    for (let k = 0; k < rows * size; k++) net.input[k] = episode.observation[first * size + k];
    for (let k = 0; k < rows * width; k++) pieceAction[k] = episode.action[first * width + k];
    if (pieceMask) for (let k = 0; k < rows * maskWidth; k++) pieceMask[k] = episode.mask[first * maskWidth + k];
    net.forward(rows);
    net.slope.fill(0);
    logSdGradient?.fill(0);
    for (let k = 0; k < rows; k++) {
      choice.logProb(net.output, pieceMask, k, pieceAction);
      choice.addGradient(k, -advantage[first + k] / total, -entropyCoefficient / total, net.slope, logSdGradient);
    }
    net.backward(rows);
    parameters.forEach(({ gradient }, at) => {
      for (let k = 0; k < gradient.length; k++) slopes[at][k] += gradient[k];
    });
  }

  while (count[0] < steps) {
    const episodes: Episode[] = [];
    const gains: Float64Array[] = [];
    for (let group = 0; group < groups; group++) {
      const together: Episode[] = [];
      for (let k = 0; k < rollouts; k++) together.push(await play(count[1]));
      count[1]++;
      episodes.push(...together);
      gains.push(...leaveOneOut(together));
    }
    const began = performance.now();
    const total = gains.reduce((sum, { length }) => sum + length, 0);
    const all = Float64Array.from(gains.flatMap((each) => [...each]));
    normalise(all);
    for (const each of slopes) each.fill(0);
    let at = 0;
    for (const [e, episode] of episodes.entries()) {
      const advantage = all.subarray(at, at + gains[e].length);
      at += gains[e].length;
      for (let first = 0; first < advantage.length; first += PIECE)
        addPiece(episode, advantage, first, Math.min(PIECE, advantage.length - first), total);
    }
    const norm = optimizer.step(rate, gradientNorm);
    spent.update += performance.now() - began;
    count[0] += total;
    const { episodes: ended, returns } = crew;
    const figures = { gradientNorm: norm };
    options.onProgress?.({
      done: count[0],
      total: steps,
      episodes: ended,
      meanReturn: meanOf(returns),
      figures,
      spent,
    });
    options.checkpoint?.(saveState({ ...arrays, ...crew.save() }));
    await rest();
  }
  crew.close();
  return agentOf(policyWeights(parameters, form, activation));
};
