/** Requests whose acceptance is known at every output position, and their replay at any draft length. */
import { type Proposing, replayedAcceptance } from '../../env/workloads/acceptance/replayed.js';

export interface RecordedRequest {
  /** Tokens that a verification from each output position commits with unlimited drafts; as long as the answer. */
  readonly commits: ArrayLike<number>;
  readonly promptTokens: number;
}

/**
 * Steps of a request at γ = `drafts`, as an engine has them: the first token comes from the prompt, steps begin at position 1.
 * The last step is not cut at the end of the answer.
 * @param see called once a step; proposed is 0 where the proposer offers nothing
 */
export function replay(
  { commits }: RecordedRequest,
  drafts: number,
  proposing: Proposing,
  see: (position: number, proposed: number, accepted: number, step: number) => void,
): void {
  const acceptance = replayedAcceptance(() => commits, proposing);
  for (let position = 1, step = 0; position < commits.length; step++) {
    const proposed = acceptance.proposed(0, position, step, drafts);
    const accepted = acceptance.accepted(0, position, step, proposed);
    see(position, proposed, accepted, step);
    position += 1 + accepted;
  }
}
