/**
 * Leave-one-out baselines over roll-outs of one workload (Kool, van Hoof and Welling 2019), at equal clock time (as the input-driven
 * baselines of Mao et al. 2019): what the others, under the same luck, still earned from that moment on.
 *
 *     A_i(t) = G_i(t) − mean over j ≠ i of G_j(t),   G(t) = rewards after t; within a step a reward comes evenly
 */

/** Rewards and durations of the steps of an episode. */
export interface Rollout {
  readonly reward: ArrayLike<number>;
  readonly elapsed: ArrayLike<number>;
}

/**
 * Advantages of all steps, at their beginnings, in the order of the roll-outs.
 * @throws Error unless there are two roll-outs at least: one has nobody to be compared with
 */
export function leaveOneOut(rollouts: readonly Rollout[]): Float64Array[] {
  if (rollouts.length < 2) throw new Error(`${rollouts.length} roll-out of a workload, expected at least 2`);
  const all = rollouts.map(toGo);
  return all.map((own, i) => {
    const others = all.filter((_, j) => j !== i);
    const at = new Int32Array(others.length);
    return own.left.subarray(0, own.left.length - 1).map((left, t) => {
      let sum = 0;
      for (let j = 0; j < others.length; j++) {
        const { begin, left: rest } = others[j];
        while (at[j] < begin.length - 1 && begin[at[j] + 1] <= own.begin[t]) at[j]++;
        const k = at[j];
        if (k === begin.length - 1) continue; // over: nothing is left
        const share = (own.begin[t] - begin[k]) / (begin[k + 1] - begin[k]);
        sum += rest[k] + share * (rest[k + 1] - rest[k]);
      }
      return left - sum / others.length;
    });
  });
}

/** When each step began, the end last, and what was still earned from there on. */
function toGo({ reward, elapsed }: Rollout): { begin: Float64Array; left: Float64Array } {
  const n = reward.length;
  const begin = new Float64Array(n + 1);
  const left = new Float64Array(n + 1);
  for (let t = 0; t < n; t++) begin[t + 1] = begin[t] + elapsed[t];
  for (let t = n - 1; t >= 0; t--) left[t] = left[t + 1] + reward[t];
  return { begin, left };
}
