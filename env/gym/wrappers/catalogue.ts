/** Wrappers by name, made from JSON options: what specs and commands say. */
import { didYouMean } from '../../spelling.js';
import type { WrapperSpec } from '../spec.js';
import { maskFromObservation, maskInInfo, maskInObservation } from './action-masks.js';
import { autoreset } from './autoreset.js';
import { clipAction } from './clip-action.js';
import { clipObservation } from './clip-observation.js';
import { clipReward } from './clip-reward.js';
import { delayObservation } from './delay-observation.js';
import { discretizeAction, discretizeObservation } from './discretize.js';
import { dtypeObservation } from './dtype-observation.js';
import { filterObservation } from './filter-observation.js';
import { flattenObservation } from './flatten-observation.js';
import { frameStack } from './frame-stack.js';
import { normalizeObservation } from './normalize-observation.js';
import { normalizeReward } from './normalize-reward.js';
import { orderEnforcing } from './order-enforcing.js';
import { passiveEnvChecker } from './passive-env-checker.js';
import { recordEpisodeStatistics } from './record-episode-statistics.js';
import { recordRender } from './record-render.js';
import { repeatAction } from './repeat-action.js';
import { rescaleAction } from './rescale-action.js';
import { rescaleObservation } from './rescale-observation.js';
import { rescaleReward } from './rescale-reward.js';
import { reshapeObservation } from './reshape-observation.js';
import { stickyAction } from './sticky-action.js';
import { timeAware } from './time-aware.js';
import { timeLimit } from './time-limit.js';
import type { AnyWrapper } from './wrapper.js';

interface Entry {
  /** Options it must have, and those it may. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
  make(options: never): unknown;
}

const entry = (make: Entry['make'], needs: readonly string[] = [], takes: readonly string[] = []): Entry => ({
  make,
  needs,
  takes,
});

/** Every wrapper that options alone can say; those of one's own functions (`transformReward` …) are made in code. */
export const wrappers: Readonly<Record<string, Entry>> = {
  Autoreset: entry(autoreset),
  ClipAction: entry(clipAction),
  ClipObservation: entry(clipObservation, [], ['minObs', 'maxObs']),
  ClipReward: entry(clipReward, [], ['minReward', 'maxReward']),
  DelayObservation: entry(delayObservation, ['delay']),
  DiscretizeAction: entry(discretizeAction, ['bins'], ['multidiscrete']),
  DiscretizeObservation: entry(discretizeObservation, ['bins'], ['multidiscrete']),
  DtypeObservation: entry(dtypeObservation, ['dtype']),
  FilterObservation: entry(filterObservation, ['filterKeys']),
  FlattenObservation: entry(flattenObservation),
  FrameStackObservation: entry(frameStack, ['stackSize'], ['padding']),
  MaskFromObservation: entry(maskFromObservation, [], ['key']),
  MaskInInfo: entry(maskInInfo),
  MaskInObservation: entry(maskInObservation, [], ['key']),
  NormalizeObservation: entry(normalizeObservation, [], ['epsilon']),
  NormalizeReward: entry(normalizeReward, [], ['gamma', 'epsilon']),
  OrderEnforcing: entry(orderEnforcing, [], ['renderAnytime']),
  PassiveEnvChecker: entry(passiveEnvChecker),
  RecordEpisodeStatistics: entry(recordEpisodeStatistics, [], ['bufferLength', 'statsKey']),
  RecordRender: entry(recordRender, [], ['everyEpisode', 'everyStep', 'folder', 'extension']),
  RepeatAction: entry(repeatAction, ['repeats']),
  RescaleAction: entry(rescaleAction, ['minAction', 'maxAction']),
  RescaleObservation: entry(rescaleObservation, ['minObs', 'maxObs']),
  RescaleReward: entry(rescaleReward, ['scale'], ['offset']),
  ReshapeObservation: entry(reshapeObservation, ['shape']),
  StickyAction: entry(stickyAction, ['repeatActionProbability'], ['repeatActionDuration']),
  TimeAwareObservation: entry(timeAware, [], ['flatten', 'normalizeTime', 'dictTimeKey']),
  TimeLimit: entry(
    ({ maxEpisodeSteps }: { maxEpisodeSteps: number }) => timeLimit(maxEpisodeSteps),
    ['maxEpisodeSteps'],
  ),
};

/** The wrapper of a spec. @throws Error naming a wrapper or option that does not exist, or one that is missing */
export function makeWrapper({ name, options }: WrapperSpec): AnyWrapper {
  const known = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (!known) throw new Error(`no wrapper ${JSON.stringify(name)}${didYouMean(name, Object.keys(wrappers))}`);
  const names = [...known.needs, ...known.takes];
  for (const option of Object.keys(options))
    if (!names.includes(option))
      throw new Error(`${name}: no option ${JSON.stringify(option)}${didYouMean(option, names)}`);
  for (const option of known.needs)
    if (options[option] === undefined) throw new Error(`${name}: option ${JSON.stringify(option)} is missing`);
  return known.make(options as never) as AnyWrapper;
}
