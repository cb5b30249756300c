/**
 * Tuned and trained policies in a comparison: they bring rules and draft length of their own.
 *
 *     tuned:FILE          a file of `servegym tune`, results/…/tuned.json
 *     tuned:SCHEDULER@2   what ships for the setting: tuned inside the preset
 *     tuned:SCHEDULER     … with every knob (rung 3)
 *     tuned:SETTING/…     what ships for that setting, wherever it plays
 *     policy:DIR          what `servegym train` left in a folder
 *
 * They believe what the comparison says, like everybody else, and play on the engine that they were made for, on no other.
 */
import type { Predictor } from '../../env/serving/beliefs.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Rules } from '../../env/serving/rules.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { didYouMean } from '../../env/spelling.js';
import { type ResolvedScheduler, resolvePredictor, resolveScheduler } from '../catalogue.js';
import type { Contestant } from '../paired.js';
import { findPolicy, shortName } from '../policies.js';
import { hardwareOf, type Setting } from '../setting.js';
import { type Contender, nameOf, RUNGS, type Rung } from './contender.js';
import { gainInWords } from './objective.js';
import { readTuned, shippedFor, type Tuned } from './tuned.js';

const TUNED = /^tuned:\s*(.+?)\s*$/s;

/** The tuned policy that a spec names; undefined for any other spec. @throws Error that says what there is */
export function findTuned(spec: string, setting: string | undefined): Tuned | undefined {
  const [, text] = TUNED.exec(spec) ?? [];
  if (text === undefined) return undefined;
  if (text.endsWith('.json')) return readTuned(text);
  const slash = text.indexOf('/');
  const place = slash < 0 ? setting : namedSetting(text.slice(0, slash)).name;
  const name = text.slice(slash + 1);
  const shipped = place === undefined ? [] : shippedFor(place);
  const found = shipped.find((each) => specOf(each) === `tuned:${name.includes('@') ? name : `${name}@3`}`);
  if (found) return found;
  const names = shipped.map((each) => specOf(each).replace('tuned:', ''));
  const there =
    names.length > 0 ? didYouMean(name, names) : `; none ships for ${place ?? 'requests without a --setting'}`;
  throw new Error(`unknown tuned policy ${JSON.stringify(name)}${there}, or a .json of servegym tune`);
}

const specOf = ({ base, rung }: Pick<Tuned, 'base' | 'rung'>): string => `tuned:${base}@${rung}`;

/** A contestant as an episode takes it. */
interface Policy {
  readonly scheduler: () => Scheduler;
  readonly predictor: (() => Predictor) | undefined;
  rules(engine: string): Rules;
}

/** What a tuned or trained policy brings along; undefined for any other spec. */
function knobsOf(spec: string, setting: string | undefined) {
  const tuned = findTuned(spec, setting);
  if (!tuned) return findPolicy(spec)?.about;
  const { engine, contender } = tuned;
  return { engine, rules: contender.rules, gamma: contender.gamma, beliefs: contender.belief };
}

/** The scheduler itself, without the knobs that belong to it. */
export const orderOf = (spec: string, setting: string | undefined): ResolvedScheduler =>
  resolveScheduler(findTuned(spec, setting)?.contender.scheduler ?? spec);

/** Whether a contestant plays on an engine: what was tuned or trained does on its own only. */
export function playsOn(engine: string, spec: string, setting: string | undefined): boolean {
  const knobs = knobsOf(spec, setting);
  return knobs === undefined || knobs.engine === engine;
}

/** @throws Error if somebody plays on none of these engines */
export function checkEngines(contestants: readonly Contestant[], { engine, setting }: Setting): void {
  for (const { scheduler } of contestants) {
    if (engine.some((each) => playsOn(each, scheduler, setting))) continue;
    const { engine: own } = knobsOf(scheduler, setting) as { engine: string };
    throw new Error(
      `${scheduler} was ${findTuned(scheduler, setting) ? 'tuned' : 'trained'} on ${own}, not on ${engine.join(', ')}: compare on --engine ${own}`,
    );
  }
}

/**
 * The tuned policies among contestants that play on an engine, and of trained ones the knobs: what a clairvoyant may use, too.
 * @param usual the draft length of whoever brings none
 */
export function knobsAmong(
  contestants: readonly Contestant[],
  engine: string,
  setting: string | undefined,
  usual: number,
): Contender[] {
  const specs = [...new Set(contestants.map(({ scheduler }) => scheduler))].filter((each) =>
    playsOn(engine, each, setting),
  );
  return specs.flatMap((spec) => {
    const knobs = knobsOf(spec, setting);
    if (!knobs) return [];
    const { rules, beliefs: belief } = knobs;
    const scheduler = findTuned(spec, setting)?.contender.scheduler ?? 'fcfs';
    return [{ scheduler, belief, rules, gamma: knobs.gamma ?? usual }];
  });
}

/**
 * What a contestant plays with: its own rules if it was tuned or trained, else those of the setting.
 * @param gamma the setting's draft length
 */
export function policyOf({ scheduler, belief }: Contestant, setting: Setting, gamma: number): Policy {
  const knobs = knobsOf(scheduler, setting.setting);
  const own = knobs ? { ...setting, rules: { ...setting.rules, ...knobs.rules } } : setting;
  const hardware = hardwareOf(own);
  const { make } = orderOf(scheduler, setting.setting);
  return {
    scheduler: knobs ? () => ({ ...make(), name: shortName(scheduler) }) : make,
    predictor: belief === 'none' ? undefined : resolvePredictor(belief).make,
    rules: (engine) => hardware.rules(engine, knobs?.gamma ?? gamma),
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
  const described = contestants.map(({ scheduler }) => {
    const knobs = knobsOf(scheduler, setting);
    if (!knobs) return '';
    const trained = findPolicy(scheduler);
    const believed = contestants.filter((other) => other.scheduler === scheduler).map(({ belief }) => belief);
    const elsewhere = believed.includes(knobs.beliefs) ? '' : `; that was with ${knobs.beliefs}`;
    if (trained) return `${shortName(scheduler)}: ${trained.card.summary}${elsewhere}`;
    const { rung, contender, objective, gain, provenance, setting: where } = findTuned(scheduler, setting) as Tuned;
    const search = `${provenance.spent} episodes, ended by ${provenance.ended}`;
    const words = `${gainInWords(objective, gain.validation)} on validation seeds of ${where}, ${search}`;
    return `${scheduler}: rung ${rung}, ${RUNGS[rung satisfies Rung]}: ${nameOf(contender)} (${words})${elsewhere}`;
  });
  return [...new Set(described.filter((line) => line !== ''))];
}
