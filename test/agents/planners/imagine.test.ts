/** Prospects: what would become of the episode, by what is believed and nothing else. */
import { describe, expect, it } from 'vitest';
import type { Predictor } from '../../../env/serving/beliefs.js';
import { constantStep } from '../../../env/serving/cost/affine.js';
import { createEngine, run } from '../../../env/serving/engine.js';
import { announceNext, take } from '../../../env/serving/handover.js';
import type { Aftermath, Episode, ImaginedRequest, Scheduler } from '../../../env/serving/policy.js';
import { preset } from '../../../env/serving/presets.js';
import { createWorkload } from '../../../env/workloads/workload.js';
import { oracle } from '../../../predictors/oracle.js';

const STEP = 10;

const visitor = (arrival: number, length: number): ImaginedRequest => ({
  arrival,
  promptTokens: 1,
  declared: 100,
  length,
  lengthSpread: 0,
  acceptance: 0,
  priority: 0,
  tenant: 0,
  slo: 0,
});

/** One request at a time, 10 µs a token; asks `look` in the first turn of the real engine. Says how often it was reset, with and without `imagine`. */
function looking(look: (episode: Episode) => void, outputs = [5, 2], predictor: () => Predictor = oracle) {
  const resets: boolean[] = [];
  const scheduler = (): Scheduler => {
    let given: Episode;
    let turns = 0;
    return {
      name: 'looking',
      reset(episode) {
        given = episode;
        resets.push(episode.imagine !== undefined);
      },
      decide() {
        if (turns++ === 0 && given.imagine) look(given);
      },
    };
  };
  const engine = createEngine({
    workload: createWorkload({
      name: 'by hand',
      arrival: outputs.map(() => 0),
      promptTokens: outputs.map(() => 1),
      outputTokens: outputs,
      declared: outputs.map(() => 40),
    }),
    rules: preset('serial'),
    cost: constantStep(STEP),
    promises: [{ jct: 60 }],
    predictor,
    scheduler,
  });
  run(engine);
  return { engine, resets };
}

const guess = (length: number): Predictor => ({
  name: 'guess',
  information: 'predicted',
  reset({ beliefs }) {
    this.arrive = (r) => {
      beliefs.length[r] = length;
    };
  },
  arrive() {},
});

describe('a prospect', () => {
  it('is played to its end: ∫N dt and broken promises of those who are here', () => {
    let seen: Aftermath[] = [];
    looking(({ imagine }) => {
      seen = [1, 2].map((seed) => imagine?.({ seed, arrivals: [] }) as Aftermath);
    });
    expect(seen).toEqual(Array(2).fill({ inSystem: 50 + 70, missed: 1 }));
  });

  it('has the visitors it is told of', () => {
    let seen: Aftermath | undefined;
    looking(({ imagine }) => {
      seen = imagine?.({ seed: 1, arrivals: [visitor(20, 3), visitor(500, 1)] });
    });
    expect(seen).toEqual({ inSystem: 50 + 70 + (100 - 20) + 10, missed: 2 });
  });

  it('is by belief: two engines whose truth differs imagine the same', () => {
    const areas = [
      [5, 2],
      [9, 30],
    ].map((outputs) => {
      let area = 0;
      looking(
        ({ imagine }) => (area = imagine?.({ seed: 1, arrivals: [] }).inSystem ?? 0),
        outputs,
        () => guess(4),
      );
      return area;
    });
    expect(areas).toEqual([40 + 80, 40 + 80]);
  });

  it('leaves the engine as it was', () => {
    const quiet = looking(() => {}).engine.replica;
    const busy = looking(({ imagine }) => {
      for (let seed = 0; seed < 5; seed++) imagine?.({ seed, arrivals: [visitor(7 * seed, seed + 1)] });
    }).engine.replica;
    expect(busy.now).toBe(quiet.now);
    expect(busy.totals).toEqual(quiet.totals);
  });

  it('imagines nothing itself, and is made once', () => {
    const { resets } = looking(({ imagine }) => {
      for (let seed = 0; seed < 3; seed++) imagine?.({ seed, arrivals: [] });
    });
    expect(resets).toEqual([true, false]);
  });

  it('is refused with more visitors than there is room for', () => {
    const crowd = Array.from({ length: 257 }, (_, k) => visitor(k, 1));
    expect(() => looking(({ imagine }) => imagine?.({ seed: 1, arrivals: crowd }))).toThrow(
      'a prospect has 257 arrivals, expected at most 256',
    );
  });

  it('is not offered by an engine to which somebody else hands requests', () => {
    let offered = true;
    const home = createEngine({
      workload: createWorkload({ name: 'one', arrival: [0], promptTokens: [1], outputTokens: [1] }),
      rules: preset('serial'),
      cost: constantStep(STEP),
      delivery: 'taken',
      scheduler: () => ({
        name: 'asking',
        reset: ({ imagine }) => {
          offered = imagine !== undefined;
        },
        decide() {},
      }),
    });
    take(home, announceNext(home));
    run(home);
    expect(offered).toBe(false);
  });
});
