/**
 * A formula is a scheduler: rank = a user's expression over what is known of a request, lowest first, ties by arrival.
 *
 * `formula('believedLength - generated')` is srpt. Comparisons are 1 or 0. A formula that reads `now`, `age` or `slack`
 * moves by itself, so everyone is ranked anew every turn (`scope: 'all'`); any other only where something happened.
 * A value that is not a number is refused by the engine, which names the formula, the request and the time.
 *
 * Where rank can take blocks, mind what happens to a rank when they are taken: `remaining * kvTokens` is 0 for who has
 * none, so whoever was evicted displaces the one who displaced it, and neither gets anywhere. `remaining * known` is the
 * same volume without the trap.
 */
import {
  compileExpression,
  type Evaluate,
  type Expression,
  type FormulaName,
  type FormulaSource,
} from '../../env/expression.js';
import type { Episode, Scheduler } from '../../env/serving/policy.js';
import type { Requests } from '../../env/serving/requests.js';
import type { Micros } from '../../env/time.js';

/** Values that stand from arrival on. */
const FIXED = {
  key: 'identity of the request across policies and runs',
  arrival: 'when it arrived, µs',
  promptTokens: 'tokens of its prompt',
  declared: 'most tokens it may generate',
  priority: 'urgency it came with, lower is more urgent',
  tenant: 'who sent it, a number',
  deadline: 'when its answer is due, µs; Infinity without a deadline',
  slo: 'its service class, a number',
} as const satisfies Partial<Record<keyof Requests, string>>;

/** Values that move when something happens to the request. */
const MOVING = {
  computed: 'tokens whose KV exists',
  generated: 'tokens generated so far',
  known: 'tokens of prompt and answer so far',
  kvTokens: 'KV tokens it holds',
  blocks: 'KV blocks it holds',
  drafts: 'drafts held for its next verification',
  proposed: 'drafts verified so far',
  accepted: 'drafts accepted so far',
  verifications: 'verifications so far',
  service: 'µs spent in batches',
  firstToken: 'when its first token came, µs; 0 before',
  lastToken: 'when its last token came, µs; 0 before',
  evictions: 'times it lost its blocks',
  pauses: 'times it lost its seat and kept its blocks',
  state: '0 waiting, 1 running, 2 paused, 3 away',
} as const satisfies Partial<Record<keyof Requests, string>>;

/** Values computed from others, which move with the request. */
const DERIVED = {
  believedLength: 'tokens it is believed to generate in all',
  remaining: 'max(0, believedLength - generated), tokens',
  acceptedShare: 'accepted / proposed drafts; 0 before the first',
  believedAcceptance: 'accepted / proposed drafts it is believed to come to; 0 where nobody says',
} as const;

/** Values that move with time. */
const TIMED = {
  now: 'the time, µs',
  age: 'now - arrival, µs',
  slack: 'deadline - now - remaining × length of the last iteration, µs',
} as const;

/** Every name that a scheduler's formula may use, with its meaning. */
export const formulaNames: readonly FormulaName[] = Object.entries({ ...FIXED, ...MOVING, ...DERIVED, ...TIMED }).map(
  ([name, doc]) => ({ name, doc }),
);

/**
 * Checks a scheduler's formula.
 * @throws Error that quotes it and says what is not allowed
 */
export const compileFormula = (text: string): Expression => compileExpression(text, formulaNames, 'scheduler formula');

/** What a formula reads besides columns, refreshed every turn. */
interface Clock {
  now: Micros;
  iteration: Micros;
}

/** The scheduler that ranks by a formula, given as text or already checked. */
export function formula(expression: string | Expression): Scheduler {
  const checked = typeof expression === 'string' ? compileFormula(expression) : expression;
  const names = [...checked.uses];
  const timed = names.some((name) => name in TIMED);
  const fixed = names.every((name) => name in FIXED);
  const clock: Clock = { now: 0, iteration: 0 };
  let rankOf: Evaluate;
  return {
    name: `expr: ${checked.text}`,
    scope: timed ? 'all' : 'changed',
    wakeIn: fixed ? Infinity : 1,
    reset(episode) {
      rankOf = checked.bind((name) => sourceOf(name, episode, clock));
    },
    decide({ now, batch, live, changed }, { rank }) {
      clock.now = now;
      clock.iteration = batch.length;
      const { ids, n } = timed ? live : changed;
      for (let k = 0; k < n; k++) rank[ids[k]] = rankOf(ids[k]);
    },
  };
}

function sourceOf(name: string, { requests, beliefs }: Episode, clock: Clock): FormulaSource {
  const { arrival, deadline, generated, accepted, proposed } = requests;
  const remaining = (r: number): number => Math.max(0, beliefs.length[r] - generated[r]);
  switch (name as keyof typeof DERIVED | keyof typeof TIMED | keyof Requests) {
    case 'believedLength':
      return beliefs.length;
    case 'remaining':
      return remaining;
    case 'acceptedShare':
      return (r) => (proposed[r] > 0 ? accepted[r] / proposed[r] : 0);
    case 'believedAcceptance':
      return beliefs.acceptance;
    case 'now':
      return () => clock.now;
    case 'age':
      return (r) => clock.now - arrival[r];
    case 'slack':
      return (r) => deadline[r] - clock.now - remaining(r) * clock.iteration;
    default:
      return requests[name as keyof Requests];
  }
}
