/** Every scheduler keeps the engine's laws, ranks by what it says it looks at, and knows nothing that is hidden. */
import { describe, expect, test } from 'vitest';
import { createEngine, run } from '../../env/serving/engine.js';
import type { BatchDecision, ReplicaView, Scheduler } from '../../env/serving/policy.js';
import type { PresetName } from '../../env/serving/presets.js';
import { combinators, resolveScheduler, schedulers } from '../../experiments/catalogue.js';
import { createAuditor } from '../laws/auditor.js';
import { seededDraw } from '../laws/generators.js';
import { type Belief, otherFuture, pastOf, recorded, replayed } from '../laws/other-future.js';
import { idsOf } from '../laws/policies.js';
import { engines, leftAt, runSmall, setupSmall, startSmall } from './small-world.js';
import { specs } from './specs.js';

const long = Boolean(process.env.SERVEGYM_LONG);
const held = long ? specs : [...Object.keys(schedulers), ...Object.keys(combinators).map((name) => `${name}(srpt)`)];

/** Each scheduler meets one half of the engines in one contract and the other half in the other, with drafts and without; in the long variant all of all. */
const enginesOf = (spec: string, half: number) =>
  engines.filter((_, k) => long || (held.indexOf(spec) + k) % 2 === half);
const seedsOf = (spec: string, engine: (typeof engines)[number]): readonly number[] =>
  long ? [5, 6, 7, 8, 9, 10] : [5 + ((held.indexOf(spec) + (engines.indexOf(engine) >> 1)) % 2)];

interface Turn {
  readonly at: number;
  readonly said: string;
}

const opinions = ({ live }: ReplicaView, out: BatchDecision): string => {
  let said = `${out.tokenBudget} ${out.headroom} ${out.wakeAt} ${out.wakeIn}`;
  for (let k = 0; k < live.n; k++) {
    const r = live.ids[k];
    const batch = `${out.rank[r]} ${out.hold[r]} ${out.draft[r]} ${out.chunk[r]}`;
    said += `; ${r}: ${batch} ${out.keep[r]} ${out.reserve[r]} ${out.place[r]}`;
  }
  return said;
};

const courseOf = (turns: readonly Turn[]): string => turns.map(({ at, said }) => `${at}: ${said}\n`).join('');

/** The same policy, and what it says turn by turn; futures that it imagines are no turns. */
const overheard = (make: () => Scheduler, turns: Turn[]) => (): Scheduler => {
  const policy = make();
  let imagined = false;
  return {
    ...policy,
    reset(episode) {
      imagined = episode.imagine === undefined;
      policy.reset?.(episode);
    },
    decide(view, out) {
      policy.decide(view, out);
      if (!imagined) turns.push({ at: view.now, said: opinions(view, out) });
    },
  };
};

/** When everyone leaves under a policy, audited, and under the same one that claims to look at everybody. */
function lookedAt(engine: PresetName, seed: number, make: () => Scheduler) {
  const auditor = createAuditor();
  const audited = startSmall({ engine, seed, scheduler: make, recorders: [auditor] });
  run(audited);
  auditor.close(audited);
  expect(auditor.audits).toBeGreaterThan(20);
  const whole = runSmall({ engine, seed, scheduler: () => ({ ...make(), scope: 'all' }) });
  return { audited: leftAt(audited), whole: leftAt(whole) };
}

/** What a policy says before a time t, in one future and in another, with the same beliefs unless told otherwise. */
function twoFutures(engine: PresetName, seed: number, make: () => Scheduler, beliefsOf = replayed) {
  const beliefs = new Map<number, Belief>();
  runSmall({ engine, seed, predictor: recorded(beliefs) });
  const turns: Turn[] = [];
  const others: Turn[] = [];
  const setup = setupSmall({ engine, seed, predictor: beliefsOf(beliefs) });
  run(createEngine({ ...setup, scheduler: overheard(make, turns) }));
  const t = turns[Math.floor(turns.length / 2)].at;
  const future = otherFuture(seededDraw(seed), setup, t, pastOf({ ...setup, scheduler: make }, t));
  // Nobody gives up here: whether anything is still to come decides about those that a policy holds.
  const workload = { ...future, abortAt: setup.workload.abortAt };
  run(createEngine({ ...setup, workload, scheduler: overheard(make, others) }));
  const before = turns.filter(({ at }) => at < t);
  expect(before.length).toBeGreaterThan(3);
  expect(courseOf(others)).not.toBe(courseOf(turns));
  return { one: courseOf(before), other: courseOf(others.filter(({ at }) => at < t)) };
}

describe.each(held)('%s', (spec) => {
  const { make } = resolveScheduler(spec);

  test.each(enginesOf(spec, 0))(
    'on %s keeps the laws, and its word about scope: looked at as a whole it does the same',
    (engine) => {
      for (const seed of seedsOf(spec, engine)) {
        const { audited, whole } = lookedAt(engine, seed, make);
        expect(whole).toEqual(audited);
      }
    },
  );

  test.each(enginesOf(spec, 1))(
    'on %s knows nothing that is hidden: another future changes nothing before, with the same beliefs',
    (engine) => {
      for (const seed of seedsOf(spec, engine)) {
        const { one, other } = twoFutures(engine, seed, make);
        expect(other).toBe(one);
      }
    },
  );
});

describe('who is not honest', () => {
  /** Ranks everybody by age in turn, and says that only those who changed move. */
  const silent = (): Scheduler => ({
    name: 'silent',
    decide({ now, live }, { rank }) {
      for (const r of idsOf(live)) rank[r] = (now + 7 * r) % 11;
    },
  });

  test('is found out by scope', () => {
    const { audited, whole } = lookedAt('vllm-v1+rank', 5, silent);
    expect(whole).not.toEqual(audited);
  });

  test('is found out by the future: SRPT that is told the truth', () => {
    const { one, other } = twoFutures('vllm-v1+rank', 5, resolveScheduler('srpt').make, recorded);
    expect(other).not.toBe(one);
  });
});
