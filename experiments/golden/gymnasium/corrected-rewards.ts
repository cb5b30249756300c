/**
 * What NormalizeReward must give where Gymnasium's clears the returns of environments that were not reset: the formula written
 * out over all returns seen so far, from the rewards of the script.
 */
import { syncVector } from '../../../env/gym/vector/sync.js';
import { scriptedEnv } from './scripted-env.js';
import { decode } from './values.js';
import { type Call, MODES, type Recorded, type Run } from './vector.js';

const PRIOR = 1e-4;

/** Mean and variance of all of xs and a prior of mean 0, variance 1, weight 1e-4. */
function moments(xs: readonly number[]): { mean: number; variance: number; count: number } {
  const count = PRIOR + xs.length;
  const mean = xs.reduce((sum, x) => sum + x, 0) / count;
  const squares = xs.reduce((sum, x) => sum + (x - mean) ** 2, PRIOR * (1 + mean * mean));
  return { mean, variance: squares / count, count };
}

/** The calls of a run; from the first partial reset on with rewards and statistics as the formula has them. */
export function correctedRewards(
  { wrappers, envs }: Recorded,
  mode: Run['mode'],
  calls: readonly Call[],
): readonly Call[] {
  const wrapper = wrappers.find(([name]) => name === 'NormalizeReward');
  if (!wrapper || !calls.some(isPartial)) return calls;
  const { gamma = 0.99, epsilon = 1e-8 } = wrapper[1] as { gamma?: number; epsilon?: number };
  const raw = syncVector(
    envs.map((script) => () => scriptedEnv(script)),
    { autoreset: MODES[mode] },
  );
  const discounted = envs.map(() => 0);
  const seen: number[] = [];
  let partial = false;
  return calls.map((call) => {
    if (call.error !== undefined) return call;
    if ('reset' in call) {
      partial ||= isPartial(call);
      const options = optionsOf(call);
      const mask = (options.reset_mask as Uint8Array | undefined) ?? envs.map(() => 1);
      raw.reset({ options });
      for (const [i, flag] of mask.entries()) if (flag) discounted[i] = 0;
      return call;
    }
    if ('step' in call) {
      const begins = mode === 'NEXT_STEP' ? raw.over.slice() : new Uint8Array(envs.length);
      const [, rewards, terminated, truncated] = raw.step(new Int32Array(envs.length));
      for (const [i, r] of rewards.entries()) {
        if (begins[i]) continue;
        discounted[i] = terminated[i] ? r : discounted[i] * gamma + r;
        seen.push(discounted[i]);
        if (mode === 'SAME_STEP' && (terminated[i] || truncated[i])) discounted[i] = 0;
      }
      const { variance } = moments(seen);
      const array = Array.from(rewards, (r) => r / Math.sqrt(variance + epsilon));
      return partial ? { ...call, rewards: { array, dtype: 'float64' } } : call;
    }
    const { mean, variance, count } = moments(seen);
    const known: Readonly<Record<string, unknown>> = {
      'return_rms.mean': mean,
      'return_rms.var': variance,
      'return_rms.count': count,
      accumulated_reward: { array: [...discounted], dtype: 'float64' },
    };
    return partial ? { ...call, value: known[call.get as string] ?? call.value } : call;
  });
}

const optionsOf = (call: Call): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries((call.reset as { options?: object }).options ?? {}).map(([key, value]) => [key, decode(value)]),
  );

const isPartial = (call: Call): boolean =>
  'reset' in call && call.error === undefined && 'reset_mask' in optionsOf(call);
