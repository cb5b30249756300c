/** Entry `servegym/gym`: Gymnasium's contract in TypeScript. Nothing of it knows what is served, or that anything is. */

// Environments

export { type Seed, type Stream, stream } from '../random.js';
export * from './attributes.js';
export * from './columns.js';
export * from './env.js';
export * from './functional.js';
export * from './kernel.js';
export type { Policy } from './policy.js';
export * from './streams.js';
export * from './warn.js';

// By name

export * from './env-types.js';
export * from './errors.js';
export { type EnvId, formatId, parseId } from './id.js';
export { type MakeOptions, make } from './make.js';
export { type MakeVecOptions, makeVec, type VectorMode, type VectorOf } from './make-vec.js';
export {
  type Code,
  type EntryPoint,
  pprintRegistry,
  type Registration,
  type Registry,
  register,
  registry,
  spec,
  type VectorEntryPoint,
} from './registry.js';
export { completeSpec, type EnvSpec, specFromJson, specText, specToJson, type WrapperSpec } from './spec.js';

// Checks and speed

export * from './benchmark.js';
export { rules } from './check/catalogue.js';
export * from './check/check-env.js';
export * from './check/match.js';
export type { Finding, Report, Rule, Subject } from './check/rule.js';

// Spaces

export type { Bound } from './spaces/bounds.js';
export { type BoxOptions, type BoxSpace, box, isBox } from './spaces/box.js';
export * from './spaces/dict.js';
export * from './spaces/discrete.js';
export * from './spaces/from-json.js';
export * from './spaces/graph.js';
export * from './spaces/multi-binary.js';
export * from './spaces/multi-discrete.js';
export * from './spaces/one-of.js';
export * from './spaces/operations.js';
export * from './spaces/sequence.js';
export * from './spaces/space.js';
export * from './spaces/text.js';
export * from './spaces/tuple.js';

// Wrappers

export { maskFromObservation, maskInInfo, maskInObservation } from './wrappers/action-masks.js';
export * from './wrappers/autoreset.js';
export { makeWrapper } from './wrappers/catalogue.js';
export * from './wrappers/clip-action.js';
export * from './wrappers/clip-observation.js';
export * from './wrappers/clip-reward.js';
export * from './wrappers/delay-observation.js';
export * from './wrappers/discretize.js';
export * from './wrappers/dtype-observation.js';
export * from './wrappers/filter-observation.js';
export * from './wrappers/flatten-observation.js';
export * from './wrappers/frame-stack.js';
export * from './wrappers/lift.js';
export * from './wrappers/normalize-observation.js';
export * from './wrappers/normalize-reward.js';
export * from './wrappers/order-enforcing.js';
export * from './wrappers/passive-env-checker.js';
export * from './wrappers/record-episode-statistics.js';
export * from './wrappers/record-render.js';
export * from './wrappers/repeat-action.js';
export * from './wrappers/rescale-action.js';
export * from './wrappers/rescale-observation.js';
export * from './wrappers/rescale-reward.js';
export * from './wrappers/reshape-observation.js';
export { freeze, loadStatistics, type Statistics, statistics } from './wrappers/statistics.js';
export * from './wrappers/sticky-action.js';
export * from './wrappers/time-aware.js';
export * from './wrappers/time-limit.js';
export * from './wrappers/transform.js';
export * from './wrappers/wrap.js';
export {
  type Cause,
  type Inside,
  type Layer,
  layersOf,
  Row,
  type RowKernel,
  type Same,
  stateOf,
  type Wrapper,
} from './wrappers/wrapper.js';

// Several environments

export * from './vector/dict-info-to-list.js';
export type { EnvModule } from './vector/exported.js';
export { mergeInfos, splitInfos } from './vector/infos.js';
export type { RowPolicy } from './vector/roll.js';
export * from './vector/sync.js';
export * from './vector/vector-env.js';
export * from './vector/worker-vector.js';
export * from './vector/workers.js';
