/** Acceptance of independent drafts: one probability for every draft token. */
import { type Luck, luck, type Seed } from '../../random.js';
import { type Acceptance, everyDraft } from './acceptance.js';

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
