/** Acceptance as it was recorded. */
import { type Acceptance, everyDraft } from './acceptance.js';

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
