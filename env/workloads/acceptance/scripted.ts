/** Acceptance by script: what tests and recordings of real engines need. */
import type { Acceptance } from './acceptance.js';

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
