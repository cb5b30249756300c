/** Writing ranks and reserves of who runs only when the engine asks for them changes nothing. */
import { describe, expect, it } from 'vitest';
import { createEngine, run, type Setup, toTurn } from '../../env/serving/engine.js';
import { fork } from '../../env/serving/fork.js';
import { fcfs, type Scheduler } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { createOpinions, type Opinions } from '../../env/tasks/opinions.js';
import { oracle } from '../../predictors/oracle.js';
import { forAll, PRESETS, randomEpisode } from './generators.js';
import { asked, eventful, forEach, indexPolicies, restless } from './policies.js';
import { ran, resultsOf } from './results.js';

type When = 'at once' | 'late' | 'never';

/** What `make` says, kept apart: ranks and reserves of who runs reach the engine in every turn, when it asks, or not at all. */
const writing =
  (when: When, make: () => Scheduler): (() => Scheduler) =>
  () => {
    let opinions: Opinions;
    let waits = false;
    const { name, scope, wakeIn } = make();
    const scheduler: Scheduler = {
      name,
      ...(scope && { scope }),
      ...(wakeIn !== undefined && { wakeIn }),
      reset(episode) {
        opinions = createOpinions(episode, make);
        waits = episode.asksLate;
      },
      decide(view, out) {
        opinions.ask(view, out);
        const give = (r: number): void => {
          const rank = out.rank[r];
          const reserve = out.reserve[r];
          opinions.give(r, out);
          if (!waits || view.requests.state[r] !== State.running) return;
          out.rank[r] = rank;
          out.reserve[r] = reserve;
        };
        forEach(opinions.everyone ? view.live : view.changed, give);
        forEach(opinions.touched, (r) => {
          give(r);
          out.touch(r);
        });
      },
    };
    if (when === 'at once') return scheduler;
    return {
      ...scheduler,
      writeLate(running, out) {
        if (when === 'late')
          forEach(running, (r) => {
            out.rank[r] = opinions.rank[r];
            out.reserve[r] = opinions.reserve[r];
          });
      },
    };
  };

/** The episode after some turns under the policy, and under first come first served from there on: with the ranks that stand. */
function continued(setup: Setup, turns: number): unknown {
  const engine = createEngine({ predictor: oracle, ...setup });
  for (let k = 0; k < turns && toTurn(engine); k++) engine.scheduler.decide(engine.view, engine.replica.decision);
  const twin = fork(engine, { scheduler: fcfs });
  run(twin);
  return resultsOf(twin);
}

describe('opinions about who runs, written late', () => {
  const policies = [...Object.values(indexPolicies), eventful(3, 700), restless(5)];

  for (const preset of PRESETS) {
    it(`come to the same on ${preset}`, () => {
      forAll(25, (d) => {
        const make = asked(d.pick(policies), d.pick([1, 1, 3]));
        const setup = { horizon: 20_000, ...randomEpisode(d, { preset }) };
        const [atOnce, late] = [writing('at once', make), writing('late', make)];
        expect(resultsOf(ran({ ...setup, scheduler: late }))).toEqual(resultsOf(ran({ ...setup, scheduler: atOnce })));
        const turns = d.int(0, 40);
        expect(continued({ ...setup, scheduler: late }, turns)).toEqual(
          continued({ ...setup, scheduler: atOnce }, turns),
        );
      });
    });
  }

  it('are missed where they are never written', () => {
    let missed = 0;
    let evictions = 0;
    forAll(60, (d) => {
      const setup = {
        horizon: 20_000,
        ...randomEpisode(d, { preset: 'vllm-v1', rules: { blocks: 24, admissionReserve: 'prompt' } }),
      };
      const engine = ran({ ...setup, scheduler: writing('late', restless(5)) });
      const never = ran({ ...setup, scheduler: writing('never', restless(5)) });
      evictions += engine.replica.totals.evictions;
      if (JSON.stringify(resultsOf(engine)) !== JSON.stringify(resultsOf(never))) missed++;
    });
    expect(evictions).toBeGreaterThan(20);
    expect(missed).toBeGreaterThan(2);
  });
});
