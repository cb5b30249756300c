/**
 * Deep Q-learning (Mnih et al. 2015), double (van Hasselt, Guez and Silver 2016): the network that learns chooses the next action among
 * the legal ones, a copy from some time ago says what it is worth.
 *
 *     y = r + discount^Δ · Q'(s', argmax_legal Q(s', ·)),   loss = mean Huber(Q(s, a) − y)
 *
 * `Discrete` actions. Explores with a share ε of actions drawn from the legal ones. A truncated episode is bootstrapped.
 */
import { stream } from '../../env/random.js';
import type { Activation } from '../../predictors/net.js';
import { rests } from '../../predictors/rest.js';
import { type Agent, agentOf, policyWeights } from './agent.js';
import { type Crew, withCrew } from './crew.js';
import { checkCounts, endIteration, type Learner, type LearnOptions } from './learner.js';
import type { Reals } from './math/reals.js';
import { trainedMlp } from './mlp.js';
import { initialise } from './network.js';
import { createOptimizer } from './optimizer.js';
import { createReplay } from './replay.js';
import { simdKernels } from './simd.js';
import { listed, loadState, saveState } from './state.js';

export interface DqnOptions extends LearnOptions {
  /** Transitions that are remembered [10_000]. */
  readonly memory?: number;
  /** Steps before the first update [1_000]. */
  readonly start?: number;
  /** Steps between updates [4], */
  readonly every?: number;
  /** and between copies of the network [500]. */
  readonly copyEvery?: number;
  /** Rows of an update [64]. */
  readonly batch?: number;
  /** Of Adam [5e-4]. */
  readonly rate?: number;
  /** Worth of a reward one unit of time later [.99]. */
  readonly discount?: number;
  /** Share of random actions in the end [.05]; it falls from 1 in a line, */
  readonly epsilon?: number;
  /** over this share of the training [.3]. */
  readonly exploring?: number;
  /** Whether the learning network chooses what the copy values; else the copy does both [true]. */
  readonly double?: boolean;
  /** Longest gradient [10]. */
  readonly gradientNorm?: number;
  /** Hidden layers [[64, 64]]. */
  readonly hidden?: readonly number[];
  /** ['relu'] */
  readonly activation?: Activation;
}

/** Steps of an iteration. */
const ITERATION = 1000;

/** The best of the legal actions of a row, the first of equals. @throws Error if none is legal */
function bestLegal(values: Reals, mask: ArrayLike<number> | null, row: number, n: number): number {
  let best = -1;
  for (let a = 0; a < n; a++)
    if ((mask === null || mask[row * n + a] !== 0) && (best < 0 || values[row * n + a] > values[row * n + best]))
      best = a;
  if (best < 0) throw new Error(`none of ${n} actions is legal: expected at least one 1 in the mask`);
  return best;
}

export const dqn: Learner<DqnOptions> = async (makeEnv, options) => {
  const { memory = 10_000, every = 4, copyEvery = 500, batch = 64 } = options;
  checkCounts('DQN', { memory, every, copyEvery, batch });
  return withCrew(makeEnv, 1, options, (crew) => learn(crew, options));
};

async function learn(crew: Crew, options: DqnOptions): Promise<Agent> {
  const { seed, steps, signal, from, memory = 10_000, start = 1_000, every = 4, copyEvery = 500 } = options;
  const { batch = 64, rate = 5e-4, discount = 0.99, epsilon = 0.05, exploring = 0.3, double = true } = options;
  const { gradientNorm = 10, hidden = [64, 64], activation = 'relu' } = options;
  const { size, form, maskWidth, now, reached } = crew;
  if (form.choice !== 'discrete') throw new Error(`DQN chooses from Discrete, not from a ${form.choice}`);
  const [n] = form.sizes;
  const kernels = (options.kernels ?? simdKernels)();
  const shape = { widths: [size, ...hidden, n], activation, rows: batch, kernels };
  const net = trainedMlp(shape);
  const copy = trainedMlp(shape);
  initialise(net, stream(seed, 'dqn/net'), 1);
  const { parameters } = net;
  const optimizer = createOptimizer(parameters, kernels);
  const renew = (): void => {
    for (const [k, { values }] of parameters.entries()) copy.parameters[k].values.set(values);
  };
  renew();
  const { capacity, ...replay } = createReplay(memory, size, maskWidth);
  const random = stream(seed, 'dqn');
  const chosen = new Int32Array(batch);
  const best = new Int32Array(batch);
  const goal = new Float64Array(batch);
  const acted = new Float64Array(1);

  /** Steps taken. */
  const count = new Float64Array(1);
  const arrays = {
    ...optimizer.arrays,
    ...listed(
      'copy',
      copy.parameters.map(({ values }) => values),
    ),
    ...Object.fromEntries(Object.entries(replay).map(([name, values]) => [`replay/${name}`, values])),
    random: random.state,
    count,
  } as Parameters<typeof loadState>[1];
  if (from !== undefined) loadState(from, arrays);
  const spent = { act: 0, env: 0, update: 0 };

  function act(): void {
    const share = Math.max(epsilon, 1 - ((1 - epsilon) * count[0]) / (exploring * steps));
    if (random.next() < share) {
      let legal = 0;
      for (let a = 0; a < n; a++) if (now.mask === null || now.mask[a] !== 0) legal++;
      let left = Math.floor(random.next() * legal);
      let a = 0;
      while ((now.mask !== null && now.mask[a] === 0) || left-- > 0) a++;
      acted[0] = a;
    } else {
      net.input.set(now.observation);
      net.forward(1);
      acted[0] = bestLegal(net.output, now.mask, 0, n);
    }
  }

  function remember(observation: ArrayLike<number>): void {
    const at = replay.count[0]++ % capacity;
    replay.observation.set(observation, at * size);
    replay.action[at] = acted[0];
    replay.reward[at] = reached.reward[0];
    replay.elapsed[at] = reached.elapsed[0];
    replay.terminated[at] = reached.terminated[0];
    replay.successor.set(reached.observation, at * size);
    if (reached.mask) replay.mask.set(reached.mask, at * maskWidth);
  }

  function load(column: Float32Array, into: Reals): void {
    for (let k = 0; k < batch; k++) for (let d = 0; d < size; d++) into[k * size + d] = column[chosen[k] * size + d];
  }

  function choose(values: Reals): void {
    for (let k = 0; k < batch; k++) {
      if (replay.terminated[chosen[k]] !== 0) continue; // nothing need be legal there
      const row = maskWidth > 0 ? replay.mask.subarray(chosen[k] * n, (chosen[k] + 1) * n) : null;
      best[k] = bestLegal(values.subarray(k * n, (k + 1) * n), row, 0, n);
    }
  }

  /** One step on a draw from memory; returns the loss. */
  function update(): number {
    const held = Math.min(replay.count[0], capacity);
    for (let k = 0; k < batch; k++) chosen[k] = Math.floor(random.next() * held);
    load(replay.successor, copy.input);
    copy.forward(batch);
    if (double) {
      load(replay.successor, net.input);
      net.forward(batch);
    }
    choose(double ? net.output : copy.output);
    for (let k = 0; k < batch; k++) {
      const worth = replay.terminated[chosen[k]] !== 0 ? 0 : copy.output[k * n + best[k]];
      goal[k] = replay.reward[chosen[k]] + discount ** replay.elapsed[chosen[k]] * worth;
    }
    load(replay.observation, net.input);
    net.forward(batch);
    net.slope.fill(0);
    let loss = 0;
    for (let k = 0; k < batch; k++) {
      const at = k * n + replay.action[chosen[k]];
      const error = net.output[at] - goal[k];
      loss += Math.abs(error) <= 1 ? 0.5 * error * error : Math.abs(error) - 0.5;
      net.slope[at] = Math.min(1, Math.max(-1, error)) / batch;
    }
    net.backward(batch);
    optimizer.step(rate, gradientNorm);
    return loss / batch;
  }

  const agent = () => agentOf(policyWeights(parameters, form, activation));
  const rest = rests(signal);
  const before = new Float32Array(size);
  while (count[0] < steps) {
    let [losses, updates] = [0, 0];
    for (let k = 0; k < ITERATION; k++) {
      const began = performance.now();
      before.set(now.observation);
      act();
      const chose = performance.now();
      crew.step(acted);
      remember(before);
      const stepped = performance.now();
      count[0]++;
      if (count[0] >= start && count[0] % every === 0) {
        losses += update();
        updates++;
      }
      if (count[0] % copyEvery === 0) renew();
      spent.act += chose - began;
      spent.env += stepped - chose;
      spent.update += performance.now() - stepped;
      await rest();
    }
    const figures = { loss: losses / Math.max(1, updates) };
    const state = () => saveState({ ...arrays, ...crew.save() });
    if (!(await endIteration(options, crew, { done: count[0], figures, spent, state, agent }))) break;
  }
  return agent();
}
