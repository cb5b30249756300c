/**
 * Goodput-optimal draft length: the γ that commits most tokens per time of an iteration, one for the whole batch.
 *
 *     goodput(γ) = Σ (1 + α + … + α^γ) / T(batch, γ),   goodput(0) × 1.1,   γ* = argmax over 0 … most
 *
 * The sum is over those who run, T is the believed cost of an iteration in which each of them verifies and asks for γ drafts
 * at its context, prompts aside. Drafting must win by a tenth, since going back and forth costs, too. `acceptance`:
 *
 * - measured: one α for everyone, the mean of the last `memory` drafts or so that were looked at; it starts at `prior`,
 *   and below `floor` it is set to `again`. An α above the floor at which drafts do not pay stays: without drafts
 *   nothing is learnt, until the batch or its cost changes.
 * - believed: each request's α from the believed A, as that of the engine's γ. It knows who is easy to draft for.
 *
 * State: α, what was seen of each request, the γ that holds. Information: acceptance observed, or the predictor's. It costs
 * O(running + most) a turn and is asked every iteration.
 *
 * Source: SmartSpec (arXiv 2406.14066) and AdaSpec (2503.05096), vllm/spec_decode/dsd.py. Deviations: the cost is the believed
 * model, not a table by buckets; the mean over drafts forgets. It maximises the tokens of this iteration, not anybody's latency.
 */
import { createShape } from '../../env/serving/cost/cost.js';
import type { Episode, Ids, ReplicaView, RequestId, Scheduler } from '../../env/serving/policy.js';
import { alphaOf, tokensPerStep } from './alpha.js';
import { type DraftLength, drafting } from './drafting.js';
import { watchTrials } from './trials.js';

export interface GoodputGammaOptions {
  /** Largest γ considered [8]. */
  readonly most?: number;
  /** What goodput without drafts is multiplied by [1.1]. */
  readonly advantage?: number;
  /** ['measured'] */
  readonly acceptance?: 'measured' | 'believed';
  /** α before any draft was looked at [0.7]. */
  readonly prior?: number;
  /** [0.3] */
  readonly floor?: number;
  /** [0.65] */
  readonly again?: number;
  /** Drafts over which the mean forgets [1,000]. */
  readonly memory?: number;
}

export const goodputGamma =
  (make: () => Scheduler, options: GoodputGammaOptions = {}): (() => Scheduler) =>
  () =>
    drafting(make(), 'goodput-gamma', (episode) => start(episode, options));

function start(episode: Episode, options: GoodputGammaOptions): DraftLength {
  const { acceptance = 'measured', most = 8, advantage = 1.1 } = options;
  const { requests, rules, cost } = episode;
  const limit = Math.min(most, rules.maxDrafts);
  const tokens = episode.cells(Float64Array, limit + 1);
  const expect = acceptance === 'measured' ? fromTrials(episode, options, tokens) : fromBeliefs(episode, tokens);
  const holds = episode.cells(Int32Array, 1);
  const shape = createShape();

  /** µs of an iteration in which the batch of `shape` decodes with γ drafts each. */
  function time(gamma: number): number {
    shape.tokens = shape.decodeTokens = shape.sequences * (gamma + 1);
    shape.draftDepth = gamma;
    shape.draftTokens = shape.sequences * gamma;
    return cost.iteration(shape);
  }

  function best({ ids, n }: Ids): number {
    shape.sequences = shape.decodes = n;
    shape.context = shape.longest = 0;
    for (let k = 0; k < n; k++) {
      const context = requests.known[ids[k]];
      shape.context += context;
      if (context > shape.longest) shape.longest = context;
    }
    let choice = 0;
    let highest = (tokens[0] * advantage) / time(0);
    for (let gamma = 1; gamma <= limit; gamma++) {
      const goodput = tokens[gamma] / time(gamma);
      if (goodput <= highest) continue;
      highest = goodput;
      choice = gamma;
    }
    return choice;
  }

  return {
    turn(view) {
      const before = holds[0];
      const batch = view.running.n > 0 ? view.running : newcomers(view, rules.maxBatch);
      expect(view, batch);
      holds[0] = best(batch);
      return holds[0] !== before;
    },
    of: () => holds[0],
    settled: () => false,
  };
}

/** Who is served first where nobody runs yet: no more than there are seats. */
const newcomers = ({ live: { ids, n } }: ReplicaView, seats: number): Ids => ({ ids, n: Math.min(n, seats) });

/** Writes the tokens that a batch is expected to commit at every γ. */
type Expect = (view: ReplicaView, batch: Ids) => void;

/** By one α for everyone: the running mean over drafts. */
function fromTrials(episode: Episode, options: GoodputGammaOptions, tokens: Float64Array): Expect {
  const { prior = 0.7, floor = 0.3, again = 0.65, memory = 1000 } = options;
  const trials = watchTrials(episode);
  const learnt = episode.cells(Float64Array, 1); // α − prior
  let accepted: number;
  let seen: number;
  const found = (_r: RequestId, good: number, all: number): void => {
    accepted += good;
    seen += all;
  };
  return (view, batch) => {
    accepted = 0;
    seen = 0;
    trials.count(view, found);
    if (seen > 0) learnt[0] += -Math.expm1(-seen / memory) * (accepted / seen - prior - learnt[0]);
    if (prior + learnt[0] < floor) learnt[0] = again - prior;
    for (let gamma = 0; gamma < tokens.length; gamma++)
      tokens[gamma] = batch.n * tokensPerStep(prior + learnt[0], gamma);
  };
}

/** By each request's own α. */
function fromBeliefs({ beliefs, rules }: Episode, tokens: Float64Array): Expect {
  const drafts = Math.max(1, rules.drafts);
  return (_view, { ids, n }) => {
    tokens.fill(0);
    for (let k = 0; k < n; k++) {
      const alpha = alphaOf(beliefs.acceptance[ids[k]], drafts);
      let reached = 1;
      let sum = 0;
      for (let gamma = 0; gamma < tokens.length; gamma++) {
        sum += reached;
        reached *= alpha;
        tokens[gamma] += sum;
      }
    }
  };
}
