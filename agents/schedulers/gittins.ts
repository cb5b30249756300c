/**
 * Gittins: the least expected work per completion goes first, from a distribution of output lengths (Gittins 1989).
 *
 * rank = Gittins index of (distribution, generated), see `gittins-index.ts`
 *
 * The distribution is one of
 *
 *     believed    the request's own: quantiles, if its predictor offers some; else log-normal with the believed mean and
 *                 deviation, as ten equally likely lengths; without a deviation the length itself, and so srpt
 *     finished    that of all who finished, a bin for each quarter of an octave; las until 8 have
 *     lengths     as given
 *
 * Optimal for mean response in M/G/1, of all policies that know no more than that. State for `finished`: counts and sums by bin,
 * and the distribution as of when it was last taken, again whenever a tenth more has finished: then everyone is ranked anew.
 * Information: believed length, or none. Ours: the grids; work is generated tokens, prompts cost nothing.
 */
import { normalQuantile } from '../../env/distributions.js';
import type { Episode, RequestId, Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { type Atoms, createAtoms, gittinsIndex } from './gittins-index.js';

export interface GittinsOptions {
  /** Whose distribution; given: lengths ascending and their weights ['believed']. */
  readonly from?:
    | 'believed'
    | 'finished'
    | { readonly lengths: readonly number[]; readonly weights: readonly number[] };
}

/** @throws RangeError if lengths and weights are not as many, lengths do not ascend, or a weight is not > 0 */
export function gittins({ from = 'believed' }: GittinsOptions = {}): Scheduler {
  const given = typeof from === 'string' ? undefined : atomsOf(from.lengths, from.weights);
  let atomsFor: (r: RequestId) => Atoms;
  let history: History | undefined;
  return {
    name: 'gittins',
    reset(episode) {
      history = from === 'finished' ? createHistory(episode) : undefined;
      const shared = given ?? history?.atoms;
      atomsFor = shared ? () => shared : believedAtoms(episode);
    },
    decide({ changed, live, ended, requests }, out) {
      const { generated } = requests;
      let news = false;
      if (history) {
        for (let k = 0; k < ended.n; k++) {
          const r = ended.ids[k];
          if (requests.state[r] === State.finished && history.add(generated[r])) news = true;
        }
      }
      const { ids, n } = news ? live : changed;
      for (let k = 0; k < n; k++) {
        const r = ids[k];
        out.rank[r] = gittinsIndex(atomsFor(r), generated[r]);
        if (news) out.touch(r);
      }
    },
  };
}

function atomsOf(lengths: readonly number[], weights: readonly number[]): Atoms {
  const descends = lengths.some((length, k) => !(length > (lengths[k - 1] ?? 0)));
  if (lengths.length === 0 || lengths.length !== weights.length || descends || weights.some((w) => !(w > 0))) {
    throw new RangeError(
      `gittins: ${lengths.length} lengths and ${weights.length} weights, expected as many, lengths > 0 ascending and weights > 0`,
    );
  }
  return { n: lengths.length, length: Float64Array.from(lengths), weight: Float64Array.from(weights) };
}

/** Standard normal quantiles in the middle of ten equal parts. */
const DECILES = Array.from({ length: 10 }, (_, k) => normalQuantile((k + 0.5) / 10));

/** The distribution of each request as its predictor has it, in memory that is used again. */
function believedAtoms({ beliefs, levels }: Episode): (r: RequestId) => Atoms {
  const { length, lengthSpread, quantiles } = beliefs;
  const { n } = quantiles.length > 0 ? { n: quantiles.length } : { n: DECILES.length };
  const atoms = createAtoms(n);
  /** Between two levels half belongs to each; what is below the first or above the last is theirs. */
  const shares = levels.map((level, k) => {
    const low = k === 0 ? 0 : (levels[k - 1] + level) / 2;
    return (k === levels.length - 1 ? 1 : (level + levels[k + 1]) / 2) - low;
  });
  return (r) => {
    if (quantiles.length > 0) {
      atoms.n = n;
      for (let k = 0; k < n; k++) {
        atoms.length[k] = quantiles[k][r];
        atoms.weight[k] = shares[k];
      }
    } else if (lengthSpread[r] > 0) {
      const variance = Math.log1p((lengthSpread[r] / length[r]) ** 2);
      const deviation = Math.sqrt(variance);
      atoms.n = n;
      for (let k = 0; k < n; k++) {
        atoms.length[k] = length[r] * Math.exp(deviation * DECILES[k] - variance / 2);
        atoms.weight[k] = 1;
      }
    } else {
      atoms.n = 1;
      atoms.length[0] = length[r];
      atoms.weight[0] = 1;
    }
    return atoms;
  };
}

interface History {
  readonly atoms: Atoms;
  /** One more finished, of this length. True: the distribution was taken anew. */
  add(length: number): boolean;
}

const BINS = 4 * 31;
const LEAST = 8;

function createHistory({ cells }: Episode): History {
  const count = cells(Float64Array, BINS);
  const sum = cells(Float64Array, BINS);
  const length = cells(Float64Array, BINS);
  const weight = cells(Float64Array, BINS);
  const totals = cells(Float64Array, 3); // finished, finished when it was last taken, its lengths
  const atoms: Atoms = {
    length,
    weight,
    get n() {
      return totals[2];
    },
    set n(lengths) {
      totals[2] = lengths;
    },
  };
  return {
    atoms,
    add(tokens) {
      const bin = Math.min(BINS - 1, Math.floor(4 * Math.log2(Math.max(1, tokens))));
      count[bin]++;
      sum[bin] += tokens;
      totals[0]++;
      if (totals[0] < Math.max(LEAST, 1.1 * totals[1])) return false;
      totals[1] = totals[0];
      atoms.n = 0;
      for (let k = 0; k < BINS; k++) {
        if (count[k] === 0) continue;
        length[atoms.n] = sum[k] / count[k];
        weight[atoms.n++] = count[k];
      }
      return true;
    },
  };
}
