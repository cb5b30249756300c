/** The finite sets of actions among which optima of tiny worlds are looked for. */
import { REQUEST_FEATURES } from '../../../env/tasks/features.js';
import { product } from './outcomes.js';

/** Of a Discrete task: what its mask allows. */
export const legal = (_observation: Float32Array, mask: Uint8Array | null): number[] =>
  Array.from(mask ?? [], (bit, action) => (bit === 1 ? action : -1)).filter((action) => action >= 0);

interface SlotHeads {
  readonly slots: number;
  /** Values of each head of a request behind that of the rank. */
  readonly perRequest?: readonly (readonly number[])[];
  /** The other heads are the same for all requests: enough where one is served at a time [each has its own]. */
  readonly alike?: boolean;
  /** Values of each head of everyone. */
  readonly forAll?: readonly (readonly number[])[];
}

/**
 * Of a Box over slots: every order of those who are here × values of the other heads. Ranks are moved far apart: with a
 * base of ranks by arrival and a span of 20 the order is what the agent says, whoever is here.
 */
export function ordersAnd({ slots, perRequest = [], alike = false, forAll = [] }: SlotHeads) {
  const width = 1 + perRequest.length;
  return (observation: Float32Array): Float32Array[] => {
    const here = Array.from({ length: slots }, (_, k) => k).filter((k) => observation[k * REQUEST_FEATURES + 15] === 1);
    const heads = alike ? product(perRequest) : product(here.flatMap(() => perRequest));
    const knobs = product(forAll);
    return orders(here).flatMap((order) =>
      heads.flatMap((values) =>
        knobs.map((everyone) => {
          const action = new Float32Array(slots * width + forAll.length);
          order.forEach((slot, place) => {
            action[slot * width] = (place + 1) / order.length;
          });
          here.forEach((slot, k) => {
            for (let head = 1; head < width; head++)
              action[slot * width + head] = values[(alike ? 0 : k * (width - 1)) + head - 1];
          });
          action.set(everyone, slots * width);
          return action;
        }),
      ),
    );
  };
}

function orders(of: readonly number[]): number[][] {
  if (of.length <= 1) return [[...of]];
  return of.flatMap((first) => orders(of.filter((other) => other !== first)).map((rest) => [first, ...rest]));
}
