/** Entry `servegym`: the world. Workloads in, an engine that serves them under a scheduler, metrics and recordings out. */

// Time and luck

export { type Luck, luck, type Seed, type Stream, stream } from './random.js';
export * from './time.js';

// Workloads: what will happen

export type { Acceptance } from './workloads/acceptance/acceptance.js';
export { noAcceptance } from './workloads/acceptance/acceptance.js';
export { type BetaParameters, betaAcceptance } from './workloads/acceptance/beta.js';
export { constantAcceptance } from './workloads/acceptance/constant.js';
export { type CopyRunParameters, copyRunAcceptance, ngramParameters } from './workloads/acceptance/copy-run.js';
export { type DepthParameters, depthAcceptance, eagleParameters } from './workloads/acceptance/depth.js';
export { type AcceptanceKind, acceptanceKinds } from './workloads/acceptance/kinds.js';
export * from './workloads/acceptance/replayed.js';
export * from './workloads/acceptance/scripted.js';
export * from './workloads/arrivals.js';
export * from './workloads/chat.js';
export * from './workloads/durations.js';
export { families } from './workloads/families/catalogue.js';
export * from './workloads/families/family.js';
export * from './workloads/lengths.js';
export * from './workloads/max-tokens.js';
export { recipeSource, type WorkloadRecipe } from './workloads/recipe.js';
export type { RequestClass } from './workloads/request-class.js';
export * from './workloads/retime.js';
export { type ManyClientsOptions, manyClientsSource } from './workloads/servegen/many-clients.js';
export { type ServegenOptions, type ServegenReport, servegenSource } from './workloads/servegen/source.js';
export { type ClosedLoop, type Conversation, geometricRounds } from './workloads/sessions.js';
export type { Texts } from './workloads/texts.js';
export {
  type ReadOptions,
  type ReadReport,
  readTrace,
  type TraceFormat,
  traceReaders,
} from './workloads/traces/read.js';
export type { TraceRow } from './workloads/traces/row.js';
export { type RowBatch, type RowReport, readRows } from './workloads/traces/stream.js';
export {
  type Content,
  createWorkload,
  type RequestContent,
  type Source,
  UNDECLARED,
  type Workload,
  type WorkloadColumns,
} from './workloads/workload.js';
export { acceptanceInLines, streamWorkload, workloadLines, writeWorkload } from './workloads/write.js';

// The seam: what a scheduler sees and says, what a predictor fills

export {
  type BeliefColumns,
  type Beliefs,
  declared,
  type Forecast,
  type Information,
  type PredictionCost,
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
export { type Line, type LinesCard, type LinesOptions, linesCost } from './serving/cost/lines.js';
export * from './serving/cost/profile.js';
export { type LayerFiles, readLayerProfile, readProfile } from './serving/cost/profile-files.js';
export { type RooflineOptions, rooflineCost } from './serving/cost/roofline.js';
// Many replicas on one episode.
export { nextArrival } from './serving/delivery.js';
export { act, createEngine, type Engine, type Outcome, run, type Setup, toTurn } from './serving/engine.js';
export { type ForkOptions, fork } from './serving/fork.js';
export { advanceTo, announceNext, createBeside, handOver, take } from './serving/handover.js';
export * from './serving/hardware.js';
export { type PresetName, preset, presets } from './serving/presets.js';
export { restore } from './serving/restore.js';
export { checkRules, MAX_DRAFTS, type Rules } from './serving/rules.js';
export { type Snapshot, snapshot } from './serving/snapshot.js';

// Named settings: requests, engine, hardware and load under one name

export { namedSetting, settings } from './settings/catalogue.js';
export {
  type Deployment,
  deployedRules,
  deployHardware,
  type HardwareData,
  type Proposer,
} from './settings/deployment.js';
export * from './settings/setting.js';

// What comes of it

export type { ChunkOptions } from './chunked.js';
export type { Decision } from './serving/decision.js';
export * from './serving/events.js';
export * from './serving/metrics.js';
export type { Recorder } from './serving/recorder.js';
export * from './serving/recorders/chrome-trace.js';
export * from './serving/recorders/request-table.js';
export type { Span, SpanKind } from './serving/recorders/spans.js';
export * from './serving/recorders/timeline.js';
export type { Totals } from './serving/totals.js';
export type { Unfit } from './serving/unfit.js';
