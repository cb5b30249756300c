/**
 * Proximal policy optimisation (Schulman et al. 2017, arXiv 1707.06347), with the details of Huang et al. 2022: separate tanh
 * networks, orthogonal first weights, GAE, advantages normalised in the minibatch, clipping by global norm.
 *
 * Masked `Discrete` and `MultiDiscrete` actions, `Box` by a Gaussian. Truncated episodes are bootstrapped from their final
 * observation. `average`: rewards count against their mean per second instead of being discounted. An update ends early where
 * the divergence from the policy that acted is more than 1.5 × `targetKl`.
 *
 * With a scorer of requests in slots (`scorer.ts`) as network, a policy that adds to a heuristic begins as that heuristic, draws are held
 * by request (`exploration.ts`), and the result acts on queues of any length. A privileged critic also sees the truth (`foresight.ts`).
 */
import { shuffle, stream } from '../../env/random.js';
import type { Activation } from '../../predictors/net.js';
import { rests } from '../../predictors/rest.js';
import { createActor, type FirstPolicy } from './actor.js';
import type { Agent } from './agent.js';
import type { Architecture } from './architecture.js';
import { type Crew, withCrew } from './crew.js';
import { createCritic } from './critic.js';
import { type ExplorationOptions, explore } from './exploration.js';
import { FORESIGHT } from './foresight.js';
import { checkCounts, endIteration, type Learner, type LearnOptions } from './learner.js';
import { noLosses, ppoLosses } from './math/ppo-loss.js';
import { type Reals, rowViews } from './math/reals.js';
import { advantages, explainedVariance, normalise } from './math/returns.js';
import { createOptimizer } from './optimizer.js';
import { simdKernels } from './simd.js';
import { loadState, saveState } from './state.js';

/** Defaults are those of Stable-Baselines3 2. */
export interface PpoOptions extends LearnOptions, FirstPolicy, ExplorationOptions {
  /** Environments side by side [8]. */
  readonly envs?: number;
  /** Steps of each before an update [2048]. */
  readonly rollout?: number;
  /** Rows of a minibatch [64]. */
  readonly batch?: number;
  /** Times an update goes through what was gathered [10]. */
  readonly epochs?: number;
  /** Of Adam [3e-4]. */
  readonly rate?: number;
  /** Whether rate and clip fall to 0 in a line [false]. */
  readonly anneal?: boolean;
  /** Worth of a reward one unit of time later [.99]; ignored by `average`. */
  readonly discount?: number;
  /** Of GAE [.95], */
  readonly lambda?: number;
  /** for a decision or a unit of time ['decision']. */
  readonly lambdaPer?: 'decision' | 'second';
  /** Average-reward form instead of the discounted one [false]. */
  readonly average?: boolean;
  /** Largest change of a ratio that pays [.2]. */
  readonly clip?: number;
  /** Largest change of a value that pays [null: any]. */
  readonly valueClip?: number | null;
  /** ['squares'], see `PpoCoefficients`. */
  readonly valueLoss?: 'squares' | 'halved-larger';
  /** [.5] */
  readonly valueCoefficient?: number;
  /** [0] */
  readonly entropyCoefficient?: number;
  /** Longest gradient [.5]. */
  readonly gradientNorm?: number;
  /** [null: no stop] */
  readonly targetKl?: number | null;
  /** Of each network [a perceptron, 64 and 64]. */
  readonly network?: Architecture;
  /** Whether the critic also sees the truth, which the policy never does [false]. */
  readonly privileged?: boolean;
  /** ['tanh'] */
  readonly activation?: Activation;
}

/** Share of a new rollout in the mean reward per second. */
const RATE_SHARE = 0.1;

export const ppo: Learner<PpoOptions> = async (makeEnv, options) => {
  const { envs = 8, rollout = 2048, batch = 64, epochs = 10 } = options;
  checkCounts('PPO', { envs, rollout, batch, epochs });
  return withCrew(makeEnv, envs, options, (crew) => learn(crew, options));
};

async function learn(crew: Crew, options: PpoOptions): Promise<Agent> {
  const { seed, steps, signal, from, rollout = 2048, batch = 64, epochs = 10 } = options;
  const { rate = 3e-4, anneal = false, average = false, lambda = 0.95, lambdaPer = 'decision' } = options;
  const { clip = 0.2, valueClip = null, valueLoss = 'squares', valueCoefficient = 0.5 } = options;
  const { entropyCoefficient = 0, gradientNorm = 0.5, targetKl = null } = options;
  const { network = { kind: 'mlp', hidden: [64, 64] }, activation = 'tanh', privileged = false } = options;
  const discount = average ? 1 : (options.discount ?? 0.99);

  // Networks
  const { count: envs, size, form, maskWidth, now, reached, truth } = crew;
  const kernels = (options.kernels ?? simdKernels)();
  const shape = { network, size, activation, rows: Math.max(batch, envs), kernels };
  const actor = createActor({ ...shape, form, first: options, random: stream(seed, 'ppo/actor') });
  const critic = createCritic({ ...shape, privileged, sight: actor.sight, random: stream(seed, 'ppo/critic') });
  const { sight } = actor;
  const { width } = actor.choice;
  const optimizer = createOptimizer([...actor.parameters, ...critic.parameters], kernels);

  // What was gathered: row t·envs + i is step t of environment i
  const rows = rollout * envs;
  const observation = new Float32Array(rows * size);
  const observed = rowViews(observation, size);
  const seenTruth = truth && new Float32Array(rows * FORESIGHT);
  const mask = maskWidth > 0 ? new Uint8Array(rows * maskWidth) : null;
  const action = new Float64Array(rows * width);
  const [logProb, value, successor] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const [reward, elapsed] = [new Float64Array(rows), new Float64Array(rows)];
  const [terminated, truncated] = [new Uint8Array(rows), new Uint8Array(rows)];
  const [advantage, target] = [new Float64Array(rows), new Float64Array(rows)];
  const acted = new Float64Array(envs * width);
  const onwards = new Float64Array(envs); // values of what is shown after the last step

  // A minibatch
  const part = {
    rows: batch,
    logProb: new Float64Array(batch),
    oldLogProb: new Float64Array(batch),
    entropy: new Float64Array(batch),
    advantage: new Float64Array(batch),
    value: critic.output,
    oldValue: new Float64Array(batch),
    returns: new Float64Array(batch),
  };
  const partMask = maskWidth > 0 ? new Uint8Array(batch * maskWidth) : null;
  const partAction = new Float64Array(batch * width);
  const byLogProb = new Float64Array(batch);
  const losses = noLosses();

  // State
  const acting = stream(seed, 'ppo/act');
  const draws = explore(crew, network.kind === 'scorer' ? network.slots : null, seed, acting, options);
  const ordering = stream(seed, 'ppo/order');
  const order = Int32Array.from({ length: rows }, (_, k) => k);
  /** Steps taken; mean reward a second, and rollouts that it is of. */
  const count = new Float64Array(3);
  const arrays = {
    ...optimizer.arrays,
    acting: acting.state,
    ordering: ordering.state,
    order,
    count,
  };
  if (from !== undefined) loadState(from, arrays);
  const spent = { act: 0, env: 0, update: 0 };

  function gather(): void {
    let then = performance.now();
    const lap = (what: 'act' | 'env'): void => {
      const at = performance.now();
      spent[what] += at - then;
      then = at;
    };
    for (let t = 0, row = 0; t < rollout; t++, row += envs) {
      observation.set(now.observation, row * size);
      if (mask && now.mask) mask.set(now.mask, row * maskWidth);
      if (truth) seenTruth?.set(truth.now, row * FORESIGHT);
      actor.input.set(now.observation);
      actor.forward(envs);
      actor.choose(now.mask, draws(), acted, logProb.subarray(row, row + envs));
      action.set(acted, row * width);
      lap('act');
      crew.step(acted);
      reward.set(reached.reward, row);
      elapsed.set(reached.elapsed, row);
      terminated.set(reached.terminated, row);
      truncated.set(reached.truncated, row);
      lap('env');
      if (reached.truncated.includes(1)) critic.judge(crew, 'reached', successor.subarray(row, row + envs));
      lap('act');
    }
    critic.judge(crew, 'now', onwards);
    sight?.survey(observed);
    for (let at = 0; at < rows; at += batch) value.set(valuesOf(at, Math.min(batch, rows - at)), at);
    // Between two steps the next value is the successor's; what was cut off was asked for.
    const last = rows - envs;
    for (let row = 0; row < last; row++) if (truncated[row] === 0) successor[row] = value[row + envs];
    for (let i = 0; i < envs; i++) if (truncated[last + i] === 0) successor[last + i] = onwards[i];
    lap('act');
  }

  /** Values of n rows from `at` on, a view. */
  function valuesOf(at: number, n: number): Reals {
    for (let k = 0; k < n; k++)
      if (critic.sharesSight) sight?.take(k, at + k);
      else critic.look(k, observation, seenTruth, at + k);
    critic.forward(n);
    return critic.output.subarray(0, n);
  }

  /** Mean reward a second, from what was gathered so far. */
  function rewardRate(): number {
    if (!average) return 0;
    const rewards = reward.reduce((sum, x) => sum + x, 0);
    const time = elapsed.reduce((sum, x) => sum + x, 0);
    const share = Math.max(RATE_SHARE, 1 / ++count[2]);
    count[1] += share * (rewards / time - count[1]);
    return count[1];
  }

  /** One minibatch: the rows that `order` has from `at` on. */
  function step(at: number, n: number, left: number): void {
    part.rows = n;
    for (let k = 0; k < n; k++) {
      const row = order[at + k];
      if (sight) sight.take(k, row);
      else actor.input.set(observed[row], k * size);
      if (!critic.sharesSight) critic.look(k, observation, seenTruth, row);
      for (let d = 0; d < width; d++) partAction[k * width + d] = action[row * width + d];
      if (mask && partMask) for (let d = 0; d < maskWidth; d++) partMask[k * maskWidth + d] = mask[row * maskWidth + d];
      part.oldLogProb[k] = logProb[row];
      part.oldValue[k] = value[row];
      part.advantage[k] = advantage[row];
      part.returns[k] = target[row];
    }
    normalise(part.advantage, n);
    actor.forward(n, sight !== null);
    critic.forward(n);
    actor.judge(n, partMask, partAction, part.logProb, part.entropy);
    const coefficients = { clip: left * clip, valueClip, valueLoss, valueCoefficient, entropyCoefficient };
    ppoLosses(part, coefficients, byLogProb, critic.slope, losses);
    if (targetKl !== null && losses.kl > 1.5 * targetKl) return;
    actor.backward(n, byLogProb, -entropyCoefficient / n);
    critic.backward(n);
    optimizer.step(left * rate, gradientNorm);
  }

  const rest = rests(signal);
  while (count[0] < steps) {
    const left = anneal ? 1 - count[0] / steps : 1;
    gather();
    await rest();
    const began = performance.now();
    const horizon = { discount, lambda, lambdaPer, rate: rewardRate() };
    advantages({ steps: rollout, envs, reward, value, successor, terminated, truncated, elapsed }, horizon, advantage);
    for (let row = 0; row < rows; row++) target[row] = advantage[row] + value[row];
    const explained = explainedVariance(value, target);
    update: for (let epoch = 0; epoch < epochs; epoch++) {
      shuffle(order, ordering);
      for (let at = 0; at < rows; at += batch) {
        step(at, Math.min(batch, rows - at), left);
        if (targetKl !== null && losses.kl > 1.5 * targetKl) break update;
      }
      await rest();
    }
    spent.update += performance.now() - began;
    count[0] += rows;
    const figures = { ...losses, explained, rewardRate: count[1] };
    const state = () => saveState({ ...arrays, ...crew.save() });
    if (!(await endIteration(options, crew, { done: count[0], figures, spent, state, agent: actor.agent }))) break;
  }
  return actor.agent();
}
