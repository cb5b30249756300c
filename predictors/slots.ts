/** Numbers of tenants, models and the like become places in columns of sums: a hash table in cells, so that it forks. */
import type { Forecast } from '../env/serving/beliefs.js';

/** Groups that are told apart; who comes later belongs to none. */
const MOST = 1024;
/** Places: a power of two, at most half full. */
export const SLOTS = 2 * MOST;

export interface Slots {
  /** The place of a group, −1 = it has none. */
  find(group: number): number;
  /** The same, and a place for a new group while there is room. */
  claim(group: number): number;
}

/** @param forecast of the episode that begins */
export function createSlots(forecast: Pick<Forecast, 'cells'>): Slots {
  const groups = forecast.cells(Int32Array, SLOTS);
  const taken = forecast.cells(Uint8Array, SLOTS);
  const count = forecast.cells(Int32Array, 1);

  /** Its own place, or the free one where it would go. */
  function placeOf(group: number): number {
    let slot = Math.imul(group, 0x9e3779b1) >>> 21;
    while (taken[slot] === 1 && groups[slot] !== group) slot = (slot + 1) % SLOTS;
    return slot;
  }

  return {
    find(group) {
      const slot = placeOf(group);
      return taken[slot] === 1 ? slot : -1;
    },
    claim(group) {
      const slot = placeOf(group);
      if (taken[slot] === 1) return slot;
      if (count[0] === MOST) return -1;
      count[0]++;
      taken[slot] = 1;
      groups[slot] = group;
      return slot;
    },
  };
}

/** A name as a group's number (FNV-1a, 32 bits). */
export function groupOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < name.length; k++) hash = Math.imul(hash ^ name.charCodeAt(k), 0x01000193);
  return hash | 0;
}
