/**
 * Advantages and returns of steps that take uneven time Δ, with g = discount^Δ:
 *
 *     δ_t = r_t − rate·Δ_t + g·V'_t·(1 − terminated) − V_t,   A_t = δ_t + g·λ·A_{t+1}   (Schulman et al. 2016)
 *
 * `rate` is the mean reward per second: with it, and a discount of 1, this is the average-reward form for semi-Markov
 * decisions (Das et al. 1999); discounted, it is 0. Nothing is carried across an end. Rewards within a step are not discounted.
 */

/** `steps` × `envs` steps in the order of time: row t·envs + i is step t of environment i. */
export interface Steps {
  readonly steps: number;
  readonly envs: number;
  readonly reward: Float64Array;
  /** Value of the observation that was acted on. */
  readonly value: Float64Array;
  /** Value of the observation that was reached; at an end that of the final one, before any reset. */
  readonly successor: Float64Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly elapsed: Float64Array;
  /** 0 where the action was ignored because the environment reset itself; absent: all are valid. */
  readonly valid?: Uint8Array;
}

export interface Horizon {
  /** Worth of a reward one unit of time later [1]. */
  readonly discount?: number;
  /** How far advantages look beyond the critic: 0 = one step, 1 = to the end. */
  readonly lambda: number;
  /** Whether λ counts decisions or is per unit of time, λ^Δ ['decision']. */
  readonly lambdaPer?: 'decision' | 'second';
  /** Mean reward per unit of time that is taken off [0]. */
  readonly rate?: number;
}

/** Generalised advantage estimates of every row; 0 in invalid ones. */
export function advantages(of: Steps, horizon: Horizon, out: Float64Array): void {
  const { steps, envs, reward, value, successor, terminated, truncated, elapsed, valid } = of;
  const { discount = 1, lambda, lambdaPer = 'decision', rate = 0 } = horizon;
  for (let i = 0; i < envs; i++) {
    let carried = 0;
    for (let row = (steps - 1) * envs + i; row >= 0; row -= envs) {
      if (valid !== undefined && valid[row] === 0) {
        out[row] = carried = 0;
        continue;
      }
      const time = elapsed[row];
      const g = discount === 1 ? 1 : discount ** time;
      const ahead = terminated[row] === 0 ? g * successor[row] : 0;
      const share = lambdaPer === 'second' ? lambda ** time : lambda;
      if ((terminated[row] | truncated[row]) !== 0) carried = 0;
      carried = reward[row] - rate * time + ahead - value[row] + g * share * carried;
      out[row] = carried;
    }
  }
}

/** Returns over n steps, then the value of what was reached; an end or the end of the batch comes first. */
export function nStepReturns(of: Steps, n: number, discount: number, out: Float64Array): void {
  const { steps, envs, reward, successor, terminated, truncated, elapsed } = of;
  for (let first = 0; first < steps * envs; first++) {
    let sum = 0;
    let worth = 1;
    for (let k = 1, row = first; ; k++, row += envs) {
      sum += worth * reward[row];
      worth *= discount ** elapsed[row];
      if (terminated[row] !== 0) break;
      if (truncated[row] !== 0 || k === n || row + envs >= steps * envs) {
        sum += worth * successor[row];
        break;
      }
    }
    out[first] = sum;
  }
}

/** λ-returns, backward: G = r + g·((1 − λ)·V' + λ·G'), where G' is V' at a cut. The same as advantages + values. */
export function lambdaReturns(of: Steps, lambda: number, discount: number, out: Float64Array): void {
  const { steps, envs, reward, successor, terminated, truncated, elapsed } = of;
  for (let row = steps * envs - 1; row >= 0; row--) {
    const cut = truncated[row] !== 0 || row + envs >= steps * envs;
    const ahead = cut ? successor[row] : out[row + envs];
    const later = (1 - lambda) * successor[row] + lambda * ahead;
    out[row] = reward[row] + (terminated[row] !== 0 ? 0 : discount ** elapsed[row] * later);
  }
}

/** Keeps a spread of 0 from being divided by. */
const LEAST_SPREAD = 1e-8;

/** Mean 0 and, by the sample standard deviation, spread 1, in place; `count` numbers from the first. */
export function normalise(numbers: Float64Array, count = numbers.length): void {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += numbers[k];
  const mean = sum / count;
  let squares = 0;
  for (let k = 0; k < count; k++) squares += (numbers[k] - mean) ** 2;
  const spread = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
  for (let k = 0; k < count; k++) numbers[k] = (numbers[k] - mean) / (spread + LEAST_SPREAD);
}

/** 1 − Var(returns − values)/Var(returns): 1 = the critic knows, 0 = as good as a constant; NaN if all returns are equal. */
export function explainedVariance(values: ArrayLike<number>, returns: ArrayLike<number>): number {
  const n = returns.length;
  let [mean, meanError] = [0, 0];
  for (let k = 0; k < n; k++) {
    mean += returns[k] / n;
    meanError += (returns[k] - values[k]) / n;
  }
  let [variance, left] = [0, 0];
  for (let k = 0; k < n; k++) {
    variance += (returns[k] - mean) ** 2;
    left += (returns[k] - values[k] - meanError) ** 2;
  }
  return variance === 0 ? Number.NaN : 1 - left / variance;
}
