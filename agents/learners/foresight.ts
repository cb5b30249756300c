/**
 * What a privileged critic sees beside the observation (Pinto et al. 2018, asymmetric actor and critic): the truth about who is here and
 * who comes next, in eight numbers. No policy sees them.
 */

/** What environments may tell learners beyond the contract, on `unwrapped`. */
export interface Insider {
  /** Who stands in which slot of the observation to be answered next: ids, −1 for nobody; null where there are no slots. */
  shown?(): Int32Array | null;
  /** The truth (`env/tasks/privileged.ts`): tokens that each who is here still generates, and seconds until the next ones come. */
  privileged?(): { readonly remaining: ArrayLike<number>; readonly nextArrivals: ArrayLike<number> };
}

export const FORESIGHT = 8;

/** Few tokens: about to leave. */
const FEW = 64;
/** Seconds. */
const SOON = 1;
const LATER = 10;
const FAR = 3;

/**
 * Writes to a row: who is here / 64 · tokens they still generate / 32,768, their mean and largest / 1,024, the share that has few ·
 * arrivals within 1 s / 8 and within 10 s / 16 · time to the next one in s, at most 3.
 * @throws Error if the environment does not tell the truth
 */
export function foresee(env: Insider, into: Float32Array, row: number): void {
  const truth = env.privileged?.();
  if (truth === undefined)
    throw new Error('a privileged critic needs environments whose unwrapped.privileged() tells the truth');
  const { remaining, nextArrivals } = truth;
  const at = row * FORESIGHT;
  const n = remaining.length;
  let [sum, most, few] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    sum += remaining[k];
    if (remaining[k] > most) most = remaining[k];
    if (remaining[k] < FEW) few++;
  }
  let [soon, later] = [0, 0];
  for (let k = 0; k < nextArrivals.length; k++) {
    if (nextArrivals[k] < SOON) soon++;
    if (nextArrivals[k] < LATER) later++;
  }
  into[at] = n / 64;
  into[at + 1] = sum / 32_768;
  into[at + 2] = n > 0 ? sum / n / 1024 : 0;
  into[at + 3] = most / 1024;
  into[at + 4] = n > 0 ? few / n : 0;
  into[at + 5] = soon / 8;
  into[at + 6] = later / 16;
  into[at + 7] = nextArrivals.length > 0 ? Math.min(FAR, nextArrivals[0]) : FAR;
}
