/** What RecordEpisodeStatistics must say where Gymnasium's forgets running episodes: counted from the recorded rewards and flags. */
import type { Call, Recorded, Run } from './vector.js';

type Encoded = { readonly array: readonly number[] };
const numbers = (x: unknown): number[] => [...(x as Encoded).array].map(Number);
const encode = (array: readonly number[], dtype: string): object => ({ array, dtype });

interface Ledger {
  readonly r: number[];
  readonly l: number[];
  readonly over: boolean[];
  readonly returns: number[];
  readonly lengths: number[];
  episodes: number;
}

/** The calls of a run; from the first partial reset on with episodes and their returns as the ledger has them. */
export function correctedStatistics({ wrappers, envs }: Recorded, { mode, calls = [] }: Run): readonly Call[] {
  const wrapper = wrappers.find(([name]) => name === 'RecordEpisodeStatistics');
  if (!wrapper || wrappers.some(([name]) => name === 'DictInfoToList')) return calls;
  const keep = (wrapper[1].buffer_length as number | undefined) ?? 100;
  const key = (wrapper[1].stats_key as string | undefined) ?? 'episode';
  const zeros = envs.map(() => 0);
  const ledger: Ledger = {
    r: [...zeros],
    l: [...zeros],
    over: envs.map(() => false),
    returns: [],
    lengths: [],
    episodes: 0,
  };
  let partial = false;
  return calls.map((call) => {
    if (call.error !== undefined) return call;
    if ('reset' in call) {
      const { options } = call.reset as { options?: { reset_mask?: Encoded } };
      partial ||= options?.reset_mask !== undefined;
      const mask = options?.reset_mask ? numbers(options.reset_mask) : envs.map(() => 1);
      for (const [i, flag] of mask.entries()) {
        if (!flag) continue;
        ledger.r[i] = ledger.l[i] = 0;
        ledger.over[i] = false;
      }
      return call;
    }
    if ('step' in call) {
      const ended = count(ledger, call, mode, keep);
      return partial ? { ...call, infos: withEpisode(call.infos, key, ended) } : call;
    }
    return partial ? { ...call, value: attribute(ledger, call) } : call;
  });
}

interface Ended {
  readonly r: number[];
  readonly l: number[];
  readonly mask: boolean[];
}

/** Enters a step; gives the episodes that it ended. */
function count(ledger: Ledger, call: Call, mode: Run['mode'], keep: number): Ended {
  const [rewards, terminated, truncated] = [call.rewards, call.terminations, call.truncations].map(numbers);
  const { r, l, over } = ledger;
  const ended: Ended = { r: r.map(() => 0), l: r.map(() => 0), mask: r.map(() => false) };
  for (const i of r.keys()) {
    if (over[i]) {
      over[i] = false;
      r[i] = l[i] = 0;
      continue;
    }
    r[i] += rewards[i];
    l[i]++;
    if (!terminated[i] && !truncated[i]) continue;
    [ended.r[i], ended.l[i], ended.mask[i]] = [r[i], l[i], true];
    ledger.returns.push(r[i]);
    ledger.lengths.push(l[i]);
    ledger.returns.splice(0, ledger.returns.length - keep);
    ledger.lengths.splice(0, ledger.lengths.length - keep);
    ledger.episodes++;
    if (mode === 'SAME_STEP') r[i] = l[i] = 0;
    else over[i] = true;
  }
  return ended;
}

function withEpisode(infos: unknown, key: string, { r, l, mask }: Ended): unknown {
  const others = (infos as { dict: [string, unknown][] }).dict.filter(([name]) => name !== key && name !== `_${key}`);
  if (!mask.includes(true)) return { dict: others };
  const episode = {
    dict: [
      ['r', encode(r, 'float64')],
      ['l', encode(l, 'int64')],
      ['t', 'time'],
    ],
  };
  return { dict: [...others, [key, episode], [`_${key}`, { array: mask, dtype: 'bool' }]] };
}

function attribute({ r, l, returns, lengths, episodes }: Ledger, { get, value }: Call): unknown {
  const known: Readonly<Record<string, unknown>> = {
    episode_returns: encode([...r], 'float64'),
    episode_lengths: encode([...l], 'int64'),
    return_queue: [...returns],
    length_queue: [...lengths],
    episode_count: episodes,
  };
  return known[get as string] ?? value;
}
