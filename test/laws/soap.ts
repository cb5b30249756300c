/**
 * Mean response time of M/G/1 with predicted sizes, exactly as an engine of constant steps serves it (see `mg1.ts`). Times are
 * in steps, equals go by arrival.
 *
 * SOAP (Scully, Harchol-Balter and Scheller-Wolf 2018) for ranks that do not grow with age. A request believed y waits for what
 * is in its way when it arrives, stretched by those who come later and are believed below y. Once served, each step but its
 * last is followed by whoever came during it and is better by then, with all that they bring. In the way of y are
 * - all of whoever is believed at most y;
 * - of others the part from the age on at which their rank is at most y, and the step that brings them there;
 * - any other step of someone worse: half of it is left, in the mean, if it is under way.
 * Each is a block served without a pause when nobody better is there, so that the mean work in the way comes from second
 * moments of blocks (Pollaczek and Khinchine, with vacations).
 */
import type { Guesses } from './guesses.js';

/** Rank by belief and age (tokens generated): a whole number or −∞, the belief itself at age 0, not growing with age. */
export type Rank = (belief: number, age: number) => number;

/** Shortest predicted remaining time; from the share C of the belief on nothing displaces a request (TRAIL). */
export const limitedPreemption =
  (C: number): Rank =>
  (belief, age) =>
    age > 0 && age >= C * belief ? Number.NEGATIVE_INFINITY : belief - age;

/** Preemptive by belief, without counting down (PSPJF). */
export const byBelief: Rank = (belief) => belief;

/** E[T] in steps as a function of the load. */
export function predictedResponse(rank: Rank, guesses: Guesses): (rho: number) => number {
  const { sizes, longest } = guesses;
  const chance = new Float64Array(longest + 1);
  const work = new Float64Array(longest + 1); // E[X; Y = y]
  const squares = new Float64Array(longest + 1); // E[X²; Y = y]
  const worse = new Float64Array(longest + 1); // second moments of blocks of those believed longer than y
  const steps = new Float64Array(longest + 1); // mean number of steps after which a request has this rank and is not done
  const first = new Float64Array(sizes.probability.length + 1); // E[X − a + 1; X ≥ a, Y = y] at index a
  const second = new Float64Array(sizes.probability.length + 1);

  guesses.forEach((y, column, least, most) => {
    let atLeast = 0;
    first[most + 1] = 0;
    second[most + 1] = 0;
    for (let a = most; a >= 1; a--) {
      if (a >= least) atLeast += column[a];
      first[a] = first[a + 1] + atLeast;
      second[a] = second[a + 1] + 2 * first[a + 1] + atLeast;
    }
    chance[y] = atLeast;
    work[y] = first[1];
    squares[y] = second[1];
    for (let better = y - 1, a = 1; better >= 1; better--) {
      while (a <= most && rank(y, a) > better) a++;
      worse[better] += second[a] + (first[1] - first[a]);
    }
    for (let a = 1; a < most; a++) {
      const now = rank(y, a);
      if (now <= 1) break;
      steps[now] += first[a + 1] - first[a + 2];
    }
  });

  return (rho) => {
    const rate = rho / sizes.mean;
    let [sum, below, square] = [sizes.mean, 0, 0];
    for (let y = 1; y <= longest; y++) {
      const upTo = below + rate * work[y];
      square += squares[y];
      sum += (chance[y] * rate * (square + worse[y])) / (2 * (1 - upTo) * (1 - below));
      sum += (steps[y] * below) / (1 - below);
      below = upTo;
    }
    return sum;
  };
}
