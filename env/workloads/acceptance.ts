/** How many drafts a verification accepts: hidden truth, a function of the request and the position, never of call order. */
import { type Luck, luck, type Seed } from '../random.js';

/** The hidden outcome of speculation. Rows are rows of the workload, not request ids. */
export interface Acceptance {
  readonly name: string;
  /** Nothing is ever accepted. */
  readonly never?: boolean;
  /** It depends on the number of sampling steps, which the engine then counts. */
  readonly stepwise?: boolean;
  /** Drafts the proposer really offers after a sampling step when `asked` are asked for: 0 … asked. */
  proposed(row: number, position: number, step: number, asked: number): number;
  /**
   * Drafts accepted, 0 … drafts.
   * @param position output tokens generated before this verification
   * @param step sampling steps of this request before this one (the one that ends the prompt is step 0)
   */
  accepted(row: number, position: number, step: number, drafts: number): number;
}

const everyDraft = (_row: number, _position: number, _step: number, asked: number): number => asked;

/** Nothing is ever accepted: the truth of a workload that says nothing about speculation. */
export const noAcceptance: Acceptance = { name: 'none', never: true, proposed: everyDraft, accepted: () => 0 };

/**
 * Each draft token is accepted with probability `alpha[row]` (or one number), independently by output position: a
 * verification of k drafts commits (1 − α^(k+1))/(1 − α) tokens in the mean (Leviathan et al. 2023).
 * The draw belongs to (key, output position), so it is the same whichever step reaches that position.
 */
export function constantAcceptance(alpha: number | ArrayLike<number>, keys: ArrayLike<number>, seed: Seed): Acceptance {
  const draw: Luck = luck(seed, 'acceptance');
  const alphaOf = typeof alpha === 'number' ? () => alpha : (row: number) => alpha[row];
  return {
    name: 'constant',
    proposed: everyDraft,
    accepted(row, position, _step, drafts) {
      const a = alphaOf(row);
      let m = 0;
      while (m < drafts && draw(keys[row], position + m) < a) m++;
      return m;
    },
  };
}

/**
 * Replays a recorded list: `list(row)[i]` is the number of tokens that one verification starting at output position i
 * can commit, so k drafts commit min(k + 1, list[i]) (SpecDecode-Bench). The list's length is the output length; beyond
 * its end nothing is accepted. The outcome at a position does not depend on how the request came there.
 */
export function replayedAcceptance(list: (row: number) => ArrayLike<number>): Acceptance {
  return {
    name: 'replayed',
    proposed: everyDraft,
    accepted(row, position, _step, drafts) {
      const commits = list(row);
      return position < commits.length ? Math.max(0, Math.min(drafts, commits[position] - 1)) : 0;
    },
  };
}

/** One request's script: accepted and proposed drafts by sampling step, each list repeated from its start; empty = 0 / all asked. */
export interface AcceptanceScript {
  readonly accepted: readonly number[];
  readonly drafts: readonly number[];
}

/** Follows scripts by sampling step: what tests and recordings of real engines need. */
export function scriptedAcceptance(script: (row: number) => AcceptanceScript): Acceptance {
  return {
    name: 'scripted',
    stepwise: true,
    proposed(row, _position, step, asked) {
      const { drafts } = script(row);
      return drafts.length ? Math.min(asked, drafts[step % drafts.length]) : asked;
    },
    accepted(row, _position, step, drafts) {
      const { accepted } = script(row);
      return accepted.length ? Math.min(drafts, accepted[step % accepted.length]) : 0;
    },
  };
}
