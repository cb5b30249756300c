/** A named setting: requests, engine, hardware and load under one name, so that results can be compared. */
import type { CostModel } from '../serving/cost/cost.js';
import type { Rules } from '../serving/rules.js';
import type { Slo } from '../serving/slo.js';
import { type Family, type FamilyValues, familySource, type Split } from '../workloads/families/family.js';
import { atOnce, atRate } from '../workloads/retime.js';
import type { Source, Workload } from '../workloads/workload.js';
import { type Deployment, deployedRules, deployHardware } from './deployment.js';

/**
 * What a setting is for. `ordering`: the order of service matters, FCFS spends at least 40 % of the JCT waiting. `slo`: classes
 * with limits of their own; goodput is what counts. `theory`: a system with a closed form.
 */
export type SettingKind = 'ordering' | 'slo' | 'theory';

export interface NamedSetting {
  readonly name: string;
  /** What it is, and what it is for. */
  readonly summary: string;
  readonly kind: SettingKind;
  readonly family: Family;
  /** The family's parameters at which this setting stands. Training and validation draw theirs from the family's ranges. */
  readonly at: FamilyValues;
  /** Requests of an episode. */
  readonly requests: number;
  readonly deployment: Deployment;
  /** Rate of arrivals ÷ capacity. */
  readonly load: number;
  /**
   * Load 1, as measured: FCFS, everything at time 0, until nobody waits any more, at the fixed draft length that serves most.
   * Slots are sequences in a batch, mean over that time.
   */
  readonly capacity: { readonly requestsPerSecond: number; readonly gamma: number; readonly slots: number };
  /** Promises by class; [] = only the requests' own deadlines. */
  readonly slo: readonly Slo[];
  /** Share of Σ JCT that FCFS spends waiting at this load: measured over seeds; of `theory`, by the closed form. */
  readonly waitingShare: number;
}

export interface SettingOptions {
  /** [test: the setting itself; the others draw parameters from the family] */
  readonly split?: Split | undefined;
  /** [the setting's] */
  readonly load?: number | undefined;
  readonly requests?: number | undefined;
  /** Parameters of the family, instead of the setting's or of drawn ones. [none] */
  readonly parameters?: FamilyValues | undefined;
}

/** A setting as objects. */
export interface OpenSetting {
  readonly source: Source;
  readonly rules: Rules;
  readonly cost: CostModel;
  readonly slo: readonly Slo[];
}

/** What an episode needs. @throws Error naming what is not allowed */
export function openSetting(setting: NamedSetting, options: SettingOptions = {}): OpenSetting {
  const { cost, limits } = deployHardware(setting.deployment);
  const rate = (options.load ?? setting.load) * setting.capacity.requestsPerSecond;
  const source = settingSource(setting, options);
  return {
    source: { name: source.name, sample: (seed) => atRate(source.sample(seed), rate) },
    rules: deployedRules(setting.deployment, limits, setting.capacity.gamma),
    cost,
    slo: setting.slo,
  };
}

/** Its requests, arriving at 1 request/s in the mean. */
export function settingSource(
  { name, family, at, requests: usual }: NamedSetting,
  { split = 'test', requests = usual, parameters = {} }: Omit<SettingOptions, 'load'> = {},
): Source {
  const fixed = split === 'test' ? { ...at, ...parameters } : parameters;
  return { ...familySource(family, split, { requests, rate: 1 }, fixed), name };
}

/** Requests that measure capacity: enough that filling the engine does not count. */
const BACKLOG = 3000;

/** The requests whose service at time 0 measures capacity. */
export const settingBacklog = (setting: NamedSetting, options: Omit<SettingOptions, 'load'> = {}): Workload =>
  atOnce(settingSource(setting, { ...options, requests: BACKLOG }).sample('capacity'));
