/**
 * Every request is as long as the finished ones of its tenant were in the mean; who is new is taken for an average tenant.
 *
 * With n finished of its tenant and sums over them, and the mean of everyone as the prior:
 *
 *     believed = (weight·everyone + Σ lengths)/(weight + n)        at most declared
 *     everyone = (prior + Σ lengths of all)/(1 + finished)
 *
 * `lengthSpread` comes from the second moments in the same way; before anyone finished it is the prior itself. A belief stays
 * as it was made at arrival. State: sums and counts by tenant in cells, so that it forks; tenants beyond the first 1,024 that
 * finish something are taken for average ones.
 */
import type { Forecast, Predictor } from '../env/serving/beliefs.js';
import { createSlots, SLOTS, type Slots } from './slots.js';

export interface TenantMeanOptions {
  /** Mean length believed before anyone finished, tokens ≥ 1 [256]. */
  readonly prior?: number;
  /** Finished requests of its own that the mean of everyone counts for, > 0 [4]. */
  readonly weight?: number;
}

export const tenantMean = ({ prior = 256, weight = 4 }: TenantMeanOptions = {}): Predictor => {
  let forecast: Forecast;
  let tenants: Slots;
  // By slot, and of everyone behind the last one.
  let count: Int32Array;
  let sum: Float64Array;
  let squares: Float64Array;
  const at = { count: 0, sum: 0, squares: 0 }; // of the tenant at hand

  function look(tenant: number): void {
    const slot = tenants.find(tenant);
    at.count = slot < 0 ? 0 : count[slot];
    at.sum = slot < 0 ? 0 : sum[slot];
    at.squares = slot < 0 ? 0 : squares[slot];
  }

  function add(slot: number, length: number): void {
    count[slot]++;
    sum[slot] += length;
    squares[slot] += length * length;
  }

  return {
    name: 'tenant-mean',
    information: 'predicted',
    reset(given) {
      forecast = given;
      tenants = createSlots(given);
      count = given.cells(Int32Array, SLOTS + 1);
      sum = given.cells(Float64Array, SLOTS + 1);
      squares = given.cells(Float64Array, SLOTS + 1);
    },
    arrive(r) {
      const { beliefs, requests } = forecast;
      look(requests.tenant[r]);
      const mean = (prior + sum[SLOTS]) / (1 + count[SLOTS]);
      const square = (2 * prior * prior + squares[SLOTS]) / (1 + count[SLOTS]);
      const believed = (weight * mean + at.sum) / (weight + at.count);
      const moment = (weight * square + at.squares) / (weight + at.count);
      beliefs.length[r] = Math.min(believed, requests.declared[r]);
      beliefs.lengthSpread[r] = Math.sqrt(Math.max(0, moment - believed * believed));
    },
    observe(r) {
      const { generated, tenant } = forecast.requests;
      add(SLOTS, generated[r]);
      const own = tenants.claim(tenant[r]);
      if (own >= 0) add(own, generated[r]);
    },
  };
};
