/**
 * Tuned and trained policies in a comparison: they bring rules and draft length of their own.
 *
 *     tuned:FILE          a file of `servegym tune`, results/…/tuned.json
 *     tuned:SCHEDULER@2   what ships for the setting: tuned inside the preset
 *     tuned:SCHEDULER     … with every knob (rung 3)
 *     policy:DIR          what `servegym train` left in a folder
 */
import type { Predictor } from '../../env/serving/beliefs.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Rules } from '../../env/serving/rules.js';
import { didYouMean } from '../../env/spelling.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import type { Contestant } from '../paired.js';
import { findPolicy, shortName } from '../policies.js';
import { hardwareOf, type Setting } from '../setting.js';
import { nameOf, RUNGS, type Rung } from './contender.js';
import { gainInWords } from './objective.js';
import { readTuned, shippedFor, type Tuned } from './tuned.js';

const TUNED = /^tuned:\s*(.+?)\s*$/s;

/** The tuned policy that a spec names; undefined for any other spec. @throws Error that says what there is */
export function findTuned(spec: string, setting: string | undefined): Tuned | undefined {
  const [, name] = TUNED.exec(spec) ?? [];
  if (name === undefined) return undefined;
  if (name.endsWith('.json')) return readTuned(name);
  const shipped = setting === undefined ? [] : shippedFor(setting);
  const found = shipped.find((each) => specOf(each) === `tuned:${name.includes('@') ? name : `${name}@3`}`);
  if (found) return found;
  const names = shipped.map((each) => specOf(each).replace('tuned:', ''));
  const there =
    names.length > 0 ? didYouMean(name, names) : `; none ships for ${setting ?? 'requests without a --setting'}`;
  throw new Error(`unknown tuned policy ${JSON.stringify(name)}${there}, or a .json of servegym tune`);
}

const specOf = ({ base, rung }: Pick<Tuned, 'base' | 'rung'>): string => `tuned:${base}@${rung}`;

/** A contestant as an episode takes it. */
interface Policy {
  readonly scheduler: () => Scheduler;
  readonly predictor: (() => Predictor) | undefined;
  rules(engine: string): Rules;
}

/**
 * What a contestant plays with: its own rules if it was tuned or trained, else those of the setting.
 * @param gamma the setting's draft length
 */
export function policyOf({ scheduler, belief }: Contestant, setting: Setting, gamma: number): Policy {
  const tuned = findTuned(scheduler, setting.setting);
  const knobs = tuned ? { engine: tuned.engine, ...tuned.contender } : findPolicy(scheduler)?.about;
  const own = knobs ? { ...setting, rules: { ...setting.rules, ...knobs.rules } } : setting;
  const hardware = hardwareOf(own);
  const { make } = resolveScheduler(tuned?.contender.scheduler ?? scheduler);
  return {
    scheduler: tuned ? () => ({ ...make(), name: scheduler }) : make,
    predictor: belief === 'none' ? undefined : resolvePredictor(belief).make,
    rules(engine) {
      if (knobs && knobs.engine !== engine)
        throw new Error(
          `${scheduler} was ${tuned ? 'tuned' : 'trained'} on ${knobs.engine}, not on ${engine}: compare on --engine ${knobs.engine}`,
        );
      return hardware.rules(engine, knobs?.gamma ?? gamma);
    },
  };
}

/** These schedulers, and all that were tuned for the setting, each at its published defaults and on the rungs it has. */
export function withRungs(schedulers: readonly string[], setting: string | undefined): string[] {
  const shipped = setting === undefined ? [] : shippedFor(setting);
  if (shipped.length === 0)
    throw new Error(
      `rungs: no tuned policy ships for ${setting ?? 'requests without a --setting'}; servegym tune makes one`,
    );
  return [...new Set([...schedulers, ...shipped.flatMap((tuned) => [tuned.base, specOf(tuned)])])];
}

/** What the tuned and trained ones among the contestants are, a line each. */
export function describeTuned(contestants: readonly Contestant[], setting: string | undefined): string[] {
  return contestants.flatMap(({ scheduler }) => {
    const trained = findPolicy(scheduler);
    if (trained) return [`${shortName(scheduler)}: ${trained.card.summary}`];
    const tuned = findTuned(scheduler, setting);
    if (!tuned) return [];
    const { rung, contender, objective, gain, provenance } = tuned;
    const words = `${gainInWords(objective, gain.validation)} on validation seeds of ${tuned.setting}, ${provenance.spent} episodes`;
    return [`${scheduler}: rung ${rung}, ${RUNGS[rung satisfies Rung]}: ${nameOf(contender)} (${words})`];
  });
}
