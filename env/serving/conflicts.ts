/** Rules that cannot go together. */
import type { Rules } from './rules.js';
import { aloneBlocks, watermarkOf } from './watermark.js';

/** Blocks of a prefix cache are rows of arrays; so many hold 268 million tokens. */
const MOST_CACHED = 1 << 24;

/** Tokens that a draft model takes off the budget of a lone request. */
const draftInput = (r: Rules): number =>
  r.proposer === 'draft-model' && r.drafts > 0 ? (r.lookaheadAtAdmission ? 1 : r.maxBatch) : 0;

/** Most tokens of a prompt that must go into one iteration when it is not chunked freely. */
const longestPiece = (r: Rules): number =>
  r.longPrefillThreshold > 0 && r.thresholdAlone ? Math.min(r.longPrefillThreshold, r.maxModelLen) : r.maxModelLen;

/** Rules of which engines that go by rank know nothing. */
const runningFirstOnly = (r: Rules): boolean =>
  r.batching !== 'mixed' ||
  r.admits !== 'any-time' ||
  r.closesOnMisfit ||
  r.maxPartial < Infinity ||
  r.admissionReserve === 'ratio' ||
  r.admissionReserve === 'peak';

/** Decodes have iterations of their own, or come first. */
const decodesApart = (r: Rules): boolean => r.batching !== 'mixed' || r.phases === 'decodes-first';

/** Combinations that no real engine has. */
const CONFLICTS: readonly (readonly [string, (r: Rules) => boolean])[] = [
  ['maxResident must be at least maxBatch', (r) => r.maxResident < r.maxBatch],
  ['drafts must be at most maxDrafts', (r) => r.drafts > r.maxDrafts],
  [`prefixCaching needs at most ${MOST_CACHED} blocks`, (r) => r.prefixCaching && r.blocks > MOST_CACHED],
  ['the watermark must be below blocks', (r) => watermarkOf(r) >= r.blocks],
  [
    'admissionReserve: model-length needs blocks for maxModelLen above the watermark',
    (r) => r.admissionReserve === 'model-length' && Math.ceil(r.maxModelLen / r.blockSize) > aloneBlocks(r),
  ],
  [
    'admissionReserve: ratio needs batching: prefill-alone or alternating, or phases: decodes-first',
    (r) => r.admissionReserve === 'ratio' && !decodesApart(r),
  ],
  ['ratioLeast must be at most ratioStart', (r) => r.ratioLeast > r.ratioStart],
  [
    'decodesBeyondBudget needs batching: prefill-alone or alternating, or phases: decodes-first',
    (r) => r.decodesBeyondBudget && !decodesApart(r),
  ],
  [
    'candidates: by-rank needs batching: mixed and cannot have admits: when-empty, closesOnMisfit, maxPartial, admissionReserve: ratio or peak',
    (r) => r.candidates === 'by-rank' && runningFirstOnly(r),
  ],
  ['lends needs prefixCaching: false (a block that is shared has no one owner)', (r) => r.lends && r.prefixCaching],
  [
    'admissionReserve: kv-use needs displaces: nobody',
    (r) => r.admissionReserve === 'kv-use' && r.displaces !== 'nobody',
  ],
  [
    'asyncDepth 1 needs batching: mixed, phases: as-ranked, cacheEntry: planned and no lends (only vLLM plans ahead here)',
    (r) =>
      r.asyncDepth > 0 && (r.batching !== 'mixed' || r.phases !== 'as-ranked' || r.cacheEntry !== 'planned' || r.lends),
  ],
  ['asyncDepth 1 has no hostBlocks (vLLM V1 computes again)', (r) => r.asyncDepth > 0 && r.hostBlocks > 0],
  [
    'asyncDepth 1 needs candidates: running-first (no engine plans ahead by rank)',
    (r) => r.asyncDepth > 0 && r.candidates === 'by-rank',
  ],
  [
    'candidates: running-first cannot have maxResident above maxBatch',
    (r) => r.candidates === 'running-first' && r.maxResident > r.maxBatch,
  ],
  [
    'without chunkedPrefill tokenBudget must hold the longest prompt',
    (r) => !r.chunkedPrefill && r.unfit === 'reject' && r.tokenBudget - draftInput(r) < longestPiece(r),
  ],
  ['this version has no such proposer: go without drafts', (r) => r.drafts > 0 && !r.proposers.includes(r.proposer)],
  [
    'this version refuses drafts of this proposer with asynchronous scheduling',
    (r) => r.drafts > 0 && r.asyncDepth > 0 && !r.asyncProposers.includes(r.proposer),
  ],
  ['tokenBudget must be at least maxDrafts + 2', (r) => r.tokenBudget < r.maxDrafts + 2],
  [
    'without lookaheadAtAdmission a draft model takes maxBatch tokens off the budget: tokenBudget must be above maxBatch',
    (r) => r.proposer === 'draft-model' && !r.lookaheadAtAdmission && r.drafts > 0 && r.tokenBudget <= r.maxBatch,
  ],
];

/** What is wrong with this combination, a sentence each. */
export const conflictsOf = (rules: Rules): string[] =>
  CONFLICTS.filter(([, broken]) => broken(rules)).map(([sentence]) => sentence);
