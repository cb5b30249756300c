/** Everything that can come of a few independent draws. */
import { replayedAcceptance } from '../../../env/workloads/acceptance/replayed.js';
import { createWorkload, type Workload } from '../../../env/workloads/workload.js';
import type { Outcome } from './solve.js';

/** A request of a tiny world; where several values stand, one is drawn, all equally likely. */
interface TinyRequest {
  /** µs [0] */
  readonly arrival?: number;
  readonly prompt: number;
  readonly outputs: readonly number[];
  /** Tokens that a verification of enough drafts commits, the same at every position [1: nothing is accepted]. */
  readonly commits?: readonly number[];
  /** Service class [0]. */
  readonly slo?: number;
}

/** What the client declares is the longest answer it can be: it tells nothing. */
export function outcomesOf(name: string, requests: readonly TinyRequest[]): Outcome<Workload>[] {
  const draws = product(requests.flatMap(({ outputs, commits = [1] }) => [outputs, commits]));
  return draws.map((drawn) => {
    const output = requests.map((_, k) => drawn[2 * k]);
    const commits = requests.map((_, k) => new Uint8Array(output[k]).fill(drawn[2 * k + 1]));
    const workload = createWorkload({
      name: `${name}: ${drawn.join(' ')}`,
      arrival: requests.map(({ arrival = 0 }) => arrival),
      promptTokens: requests.map(({ prompt }) => prompt),
      outputTokens: output,
      declared: requests.map(({ outputs }) => Math.max(...outputs)),
      slo: requests.map(({ slo = 0 }) => slo),
      acceptance: (order) => replayedAcceptance((row) => commits[order[row]]),
    });
    return { probability: 1 / draws.length, hidden: workload };
  });
}

/** Every way to take one of each. */
export const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((begun) => list.map((next) => [...begun, next])), [[]]);
