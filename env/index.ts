/** Entry `servegym`: the world. Workloads in, an engine that serves them under a scheduler, metrics and recordings out. */

// Time and luck

export { type Luck, luck, type Seed, type Stream, stream } from './random.js';
export * from './time.js';

// Workloads: what will happen

export type { Acceptance } from './workloads/acceptance/acceptance.js';
export { noAcceptance } from './workloads/acceptance/acceptance.js';
export { constantAcceptance } from './workloads/acceptance/constant.js';
export { type DepthParameters, depthAcceptance, eagleParameters } from './workloads/acceptance/depth.js';
export * from './workloads/acceptance/replayed.js';
export * from './workloads/acceptance/scripted.js';
export * from './workloads/arrivals.js';
export * from './workloads/chat.js';
export * from './workloads/lengths.js';
export * from './workloads/retime.js';
export {
  type ReadOptions,
  type ReadReport,
  readTrace,
  type TraceFormat,
  traceReaders,
} from './workloads/traces/read.js';
export {
  type Content,
  createWorkload,
  type RequestContent,
  type Source,
  UNDECLARED,
  type Workload,
  type WorkloadColumns,
} from './workloads/workload.js';
export { workloadLines, writeWorkload } from './workloads/write.js';

// The seam: what a scheduler sees and says, what a predictor fills

export {
  type BeliefColumns,
  type Beliefs,
  declared,
  type Forecast,
  type Information,
  type Predictor,
  type Truth,
} from './serving/beliefs.js';
export type { Column, ColumnKind } from './serving/columns.js';
export * from './serving/policy.js';
export { type Requests, State } from './serving/requests.js';

// The engine: rules, costs, the loop

export * from './serving/cost/affine.js';
export {
  type BatchShape,
  type CostModel,
  type CpuCost,
  costModel,
  type DraftCost,
  type LinearCost,
  noCpu,
  noDraftCost,
  type Rounding,
  scaledCost,
} from './serving/cost/cost.js';
export { type RooflineOptions, rooflineCost } from './serving/cost/roofline.js';
export { act, createEngine, type Engine, type Outcome, run, type Setup, toTurn } from './serving/engine.js';
export { type ForkOptions, fork } from './serving/fork.js';
// Many replicas on one episode.
export { advanceTo, announceNext, createBeside, handOver, take } from './serving/handover.js';
export * from './serving/hardware.js';
export { type PresetName, preset, presets } from './serving/presets.js';
export { checkRules, MAX_DRAFTS, type Rules } from './serving/rules.js';
export { restore, type Snapshot, snapshot } from './serving/snapshot.js';

// What comes of it

export * from './serving/events.js';
export * from './serving/metrics.js';
export type { Recorder } from './serving/recorder.js';
export * from './serving/recorders/chrome-trace.js';
export * from './serving/recorders/request-table.js';
export type { Span, SpanKind } from './serving/recorders/spans.js';
export * from './serving/recorders/timeline.js';
export type { Decision } from './serving/replica.js';
export type { Totals } from './serving/totals.js';
