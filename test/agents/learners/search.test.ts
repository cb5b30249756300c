/** Searches for weights learn the toys. */
import { describe, expect, it } from 'vitest';
import { cmaEs } from '../../../agents/learners/cma-es.js';
import { es } from '../../../agents/learners/es.js';
import { randomSearch } from '../../../agents/learners/random-search.js';
import { search } from '../../../agents/learners/search.js';
import { cartPoleV1 } from '../../../experiments/bench/cart-pole.js';
import { evaluate, follow } from './toys.js';

describe('searches', () => {
  it.each([
    ['CMA-ES', cmaEs, 40_000],
    ['OpenAI-ES', es, 300_000],
    ['random search', randomSearch, 40_000],
  ])('%s balances with a linear policy', async (_, make, steps) => {
    const agent = await search(make)(cartPoleV1, { seed: 1, steps, episodes: 3 });
    expect(evaluate(cartPoleV1, agent, 20)).toBeGreaterThan(300);
  });

  it('finds what a box wants', async () => {
    const agent = await search(cmaEs)(follow, { seed: 1, steps: 3_000, episodes: 10 });
    expect(evaluate(follow, agent, 50)).toBeGreaterThan(-0.001);
  });
});
