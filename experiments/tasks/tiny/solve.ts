/**
 * The best that can be done in a small environment whose hidden draws are few enough to be listed: expectimax over
 * information states, on the environment itself.
 *
 * An information state is what has been observed, and which outcomes that leaves possible (the belief: a set of outcomes
 * with their probabilities). In each, every action is tried on a fork of every outcome that is still possible; what they show next
 * splits the outcomes:
 *
 *     V(o, S) = max over a of Σ over s in S of p(s)·r(s, a) + Σ over o′ of V(o′, {s in S that show o′})
 *
 * Returns are not discounted. Information states that are reached in several ways are solved once: exact where
 * observation and belief say all that matters for what is to come; `merge: false` keeps all histories apart.
 */
import type { Env } from '../../../env/gym/env.js';

/** One way in which the hidden draws can come out. */
export interface Outcome<X> {
  readonly probability: number;
  readonly hidden: X;
}

export interface Problem<X, A> {
  readonly outcomes: readonly Outcome<X>[];
  /** A new environment in which this comes. It must be able to fork. */
  open(hidden: X): Env<Float32Array, A>;
  /** What can be done; the optimum is the best of these. */
  actions(observation: Float32Array, mask: Uint8Array | null): readonly A[];
}

/** What to do in an information state, and where each next observation leads. */
export interface Plan<A> {
  readonly action: A;
  /** Expected return from here on, given that it came to this. */
  readonly value: number;
  readonly next: ReadonlyMap<string, Plan<A>>;
}

export interface Solution<A> {
  /** Expected return of the best policy that knows the probabilities and sees observations only. */
  readonly value: number;
  /** That policy: by the first observation, then by each next one. */
  readonly start: ReadonlyMap<string, Plan<A>>;
  /** Information states that were solved. */
  readonly states: number;
}

/** An outcome that is still possible, standing at a question. */
interface Standing<A> {
  readonly number: number;
  readonly probability: number;
  readonly env: Env<Float32Array, A>;
}

/** Those that cannot be told apart. */
interface Group<A> {
  readonly seen: string;
  readonly observation: Float32Array;
  readonly mask: Uint8Array | null;
  readonly members: Standing<A>[];
}

/** The text that stands for an observation in a plan. */
export const seenAs = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

/** The best non-clairvoyant policy. */
export function solve<X, A>(problem: Problem<X, A>, { merge = true } = {}): Solution<A> {
  const { outcomes, open, actions } = problem;
  const solved = new Map<string, Plan<A>>();
  let states = 0;

  function planFor({ seen, observation, mask, members }: Group<A>): Plan<A> {
    const state = `${members.map(({ number }) => number)} ${seen}`;
    const known = merge ? solved.get(state) : undefined;
    if (known) return known;
    states++;
    let best: Plan<A> | null = null;
    const choices = actions(observation, mask);
    for (const action of choices) {
      const last = action === choices[choices.length - 1];
      const tried = tryOut(action, members, last);
      if (best === null || tried.value > best.value) best = tried;
    }
    if (best === null) throw new Error('solve: a question without actions');
    solved.set(state, best);
    return best;
  }

  /** @param last nobody else needs the members: they step themselves */
  function tryOut(action: A, members: readonly Standing<A>[], last: boolean): Plan<A> {
    const groups = new Map<string, Group<A>>();
    let sum = 0;
    let mass = 0;
    for (const { number, probability, env } of members) {
      const twin = last ? env : forked(env);
      const [observation, reward, terminated, truncated] = twin.step(action);
      sum += probability * reward;
      mass += probability;
      if (!terminated && !truncated) enter(groups, observation, { number, probability, env: twin });
    }
    const { value, next } = follow(groups);
    return { action, value: (sum + value) / mass, next };
  }

  /** @returns Σ of probability × value, and the plans by what is seen */
  function follow(groups: ReadonlyMap<string, Group<A>>): { value: number; next: Map<string, Plan<A>> } {
    const next = new Map<string, Plan<A>>();
    let value = 0;
    for (const group of groups.values()) {
      const plan = planFor(group);
      next.set(group.seen, plan);
      for (const { probability } of group.members) value += probability * plan.value;
    }
    return { value, next };
  }

  const groups = new Map<string, Group<A>>();
  outcomes.forEach(({ hidden, probability }, number) => {
    const env = open(hidden);
    const [observation] = env.reset({ seed: 0 });
    enter(groups, observation, { number, probability, env });
  });
  const { value, next } = follow(groups);
  return { value, start: next, states };
}

/** The mean over outcomes of the best that can be done if the outcome is known. */
export const solveKnowing = <X, A>({ outcomes, ...problem }: Problem<X, A>): number =>
  outcomes.reduce(
    (sum, outcome) =>
      sum + outcome.probability * solve({ ...problem, outcomes: [{ ...outcome, probability: 1 }] }).value,
    0,
  );

function enter<A>(groups: Map<string, Group<A>>, observation: Float32Array, standing: Standing<A>): void {
  const seen = seenAs(observation);
  const group = groups.get(seen);
  if (group) group.members.push(standing);
  else groups.set(seen, { seen, observation, mask: standing.env.actionMasks?.() ?? null, members: [standing] });
}

function forked<A>(env: Env<Float32Array, A>): Env<Float32Array, A> {
  if (!env.fork) throw new Error('solve: the environment cannot fork, which trying an action needs');
  return env.fork();
}
