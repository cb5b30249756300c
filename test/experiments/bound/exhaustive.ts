/**
 * Every schedule of a tiny instance, by a model of an iteration of its own. It may do more than any engine: each iteration anybody
 * computes as much as fits, verifies as many drafts as it likes, computes again what it has computed already, and whoever takes no part
 * needs no memory. So an engine that evicts for want of memory cannot do better.
 */
import { type CostModel, clearShape, createShape } from '../../../env/serving/cost/cost.js';
import { addDecodes, addDrafts, addPrefills } from '../../../experiments/bound/shapes.js';

export interface Job {
  readonly arrival: number;
  readonly prompt: number;
  readonly end: number;
  /** By tokens generated: drafts that a verification accepts. */
  readonly accepts: readonly number[];
  /** Jobs of one family begin with the same tokens: so many; 0 = alone. */
  readonly sharedPrefix: number;
}

export interface Machine {
  readonly cost: CostModel;
  readonly seats: number;
  readonly budget: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly drafts: number;
}

interface Progress {
  readonly computed: number;
  readonly generated: number;
}

/** What one job does in an iteration: tokens behind the first `from`. */
interface Move {
  readonly from: number;
  readonly tokens: number;
  readonly drafts: number;
}

/** Least ΣJCT over all schedules. */
export function optimum(jobs: readonly Job[], machine: Machine): number {
  const memo = new Map<string, number>();
  const shape = createShape();
  return search(
    Math.min(...jobs.map(({ arrival }) => arrival)),
    jobs.map(() => ({ computed: 0, generated: 0 })),
    false,
  );

  /** ΣJCT of those who are not done, from `now` on. `cached`: the shared prefix has been computed by somebody. */
  function search(now: number, state: readonly Progress[], cached: boolean): number {
    const open = jobs.flatMap((job, k) => (state[k].generated < job.end ? [k] : []));
    if (open.length === 0) return 0;
    const here = open.filter((k) => jobs[k].arrival <= now);
    const next = Math.min(...open.filter((k) => jobs[k].arrival > now).map((k) => jobs[k].arrival));
    if (here.length === 0) return search(next, state, cached);
    // Once everybody is here, what is left does not depend on the time.
    const key = JSON.stringify([next < Infinity ? now : 0, state, cached]);
    const known = memo.get(key);
    if (known !== undefined) return known;
    // Waiting for the next arrival is a schedule too.
    let best = next < Infinity ? here.length * (next - now) + search(next, state, cached) : Infinity;
    const choose = (at: number, moves: readonly (Move | null)[]): void => {
      if (at < here.length) {
        for (const move of movesOf(here[at], state[here[at]], cached)) choose(at + 1, [...moves, move]);
        return;
      }
      if (!fits(here, moves)) return;
      best = Math.min(best, carryOut(now, here, moves, state, cached));
    };
    choose(0, []);
    memo.set(key, best);
    return best;
  }

  function movesOf(k: number, { computed, generated }: Progress, cached: boolean): (Move | null)[] {
    const { prompt, end, sharedPrefix } = jobs[k];
    const known = prompt + generated;
    const found = cached ? Math.min(sharedPrefix, machine.blockSize * Math.floor((known - 1) / machine.blockSize)) : 0;
    const moves: (Move | null)[] = [null];
    for (const from of new Set([0, Math.min(found, known - 1), computed])) {
      if (from > Math.max(computed, found)) continue;
      for (let tokens = 1; tokens <= Math.min(known - from, machine.budget); tokens++) {
        if (from + tokens <= computed) continue; // it gets no further
        moves.push({ from, tokens, drafts: 0 });
        if (from + tokens < known || generated === 0) continue;
        for (let drafts = 1; drafts <= machine.drafts && generated + 1 + drafts <= end; drafts++)
          moves.push({ from, tokens: tokens + drafts, drafts });
      }
    }
    return moves;
  }

  /** Budget, seats, and blocks of those who take part; a shared prefix counts once. */
  function fits(here: readonly number[], moves: readonly (Move | null)[]): boolean {
    let tokens = 0;
    let seats = 0;
    let blocks = 0;
    let shared = 0;
    moves.forEach((move, at) => {
      const { sharedPrefix } = jobs[here[at]];
      if (move === null) return;
      tokens += move.tokens;
      seats++;
      const whole = Math.floor(sharedPrefix / machine.blockSize);
      blocks += Math.max(0, Math.ceil((move.from + move.tokens) / machine.blockSize) - whole);
      shared = Math.max(shared, whole);
    });
    return seats > 0 && seats <= machine.seats && tokens <= machine.budget && blocks + shared <= machine.blocks;
  }

  function carryOut(
    now: number,
    here: readonly number[],
    moves: readonly (Move | null)[],
    state: readonly Progress[],
    cached: boolean,
  ): number {
    clearShape(shape);
    const after = [...state];
    let warm = cached;
    moves.forEach((move, at) => {
      const k = here[at];
      if (move === null) return;
      const { prompt, end, accepts, sharedPrefix } = jobs[k];
      const { generated } = state[k];
      const { from, tokens, drafts } = move;
      const known = prompt + generated;
      if (from >= prompt && from === known - 1) addDecodes(shape, 1, from, tokens);
      else addPrefills(shape, 1, from, tokens);
      addDrafts(shape, 1, drafts); // proposed before: charged here, which is no more
      if (sharedPrefix > 0 && from + tokens >= sharedPrefix) warm = true;
      const emits = from + tokens - drafts === known;
      const more = emits ? Math.min(end - generated, 1 + Math.min(drafts, accepts[generated] ?? 0)) : 0;
      after[k] = { computed: emits ? known + more - 1 : from + tokens, generated: generated + more };
    });
    const length = machine.cost.iteration(shape);
    const then = now + length;
    let passed = 0;
    jobs.forEach(({ arrival, end }, k) => {
      if (state[k].generated < end && arrival < then) passed += then - Math.max(now, arrival);
    });
    return passed + search(then, after, warm);
  }
}
