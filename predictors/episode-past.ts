/** What has finished so far of a model and of a tenant, in an episode: sums in cells, so that they fork. */
import type { Forecast } from '../env/serving/beliefs.js';
import type { LengthInput, LengthPast } from './length/model.js';
import { createSlots, groupOf, SLOTS } from './slots.js';

export interface EpisodePast {
  add(model: string | undefined, tenant: number, outputTokens: number): void;
  of(model: string | undefined, tenant: number): NonNullable<LengthInput['past']>;
}

/** @param forecast of the episode that begins */
export function createEpisodePast(forecast: Pick<Forecast, 'cells'>): EpisodePast {
  const models = createSums(forecast);
  const tenants = createSums(forecast);
  return {
    add(model = '', tenant, outputTokens) {
      models.add(groupOf(model), outputTokens);
      tenants.add(tenant, outputTokens);
    },
    of(asked = '', whose) {
      const model = models.of(groupOf(asked));
      const tenant = tenants.of(whose);
      return { ...(model && { model }), ...(tenant && { tenant }) };
    },
  };
}

interface Sums {
  add(group: number, outputTokens: number): void;
  of(group: number): LengthPast | undefined;
}

function createSums(forecast: Pick<Forecast, 'cells'>): Sums {
  const slots = createSlots(forecast);
  const count = forecast.cells(Int32Array, SLOTS);
  const sum = forecast.cells(Float64Array, SLOTS);
  const squares = forecast.cells(Float64Array, SLOTS);
  return {
    add(group, outputTokens) {
      const slot = slots.claim(group);
      if (slot < 0) return;
      const log = Math.log(outputTokens);
      count[slot]++;
      sum[slot] += log;
      squares[slot] += log * log;
    },
    of(group) {
      const slot = slots.find(group);
      if (slot < 0) return undefined;
      const meanLog = sum[slot] / count[slot];
      const spreadLog = Math.sqrt(Math.max(0, squares[slot] / count[slot] - meanLog * meanLog));
      return { count: count[slot], meanLog, spreadLog };
    },
  };
}
