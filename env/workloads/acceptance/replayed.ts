/** Acceptance as it was recorded. */
import { type Acceptance, everyDraft } from './acceptance.js';

/**
 * When the proposer offers drafts: at every position; or, as n-gram proposers do, only while it copies a passage that it has
 * found, up to and with the token at which the answer leaves that passage.
 */
export type Proposing = 'always' | 'while-copying';

/**
 * Replays a list: `list(row)[i]` is the number of tokens that one verification starting at output position i can commit,
 * so k drafts commit min(k + 1, list[i]) (SpecDecode-Bench). The list's length is the output length; beyond its end
 * nothing is accepted. The outcome at a position does not depend on how the request came there.
 */
export function replayedAcceptance(
  list: (row: number) => ArrayLike<number>,
  proposing: Proposing = 'always',
): Acceptance {
  return {
    name: 'replayed',
    proposed:
      proposing === 'always' ? everyDraft : (row, position, _step, asked) => (copies(list(row), position) ? asked : 0),
    accepted(row, position, _step, drafts) {
      const commits = list(row);
      return position < commits.length ? Math.max(0, Math.min(drafts, commits[position] - 1)) : 0;
    },
  };
}

/** A passage of n tokens that is found at i gives n + 1, n, … 1: its last entry is the token that differs. */
const copies = (commits: ArrayLike<number>, i: number): boolean => commits[i] > 1 || (i > 0 && commits[i - 1] > 1);
