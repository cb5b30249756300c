/** Valid rules of any kind: a preset with small sizes, its own way of working or another. */
import { type PresetName, preset, presets } from '../../env/serving/presets.js';
import type { Rules } from '../../env/serving/rules.js';
import type { Draw, Wishes } from './generators.js';

const PRESETS = Object.keys(presets) as PresetName[];

/** Valid rules of any kind: a preset with small sizes and other switches. */
export function randomRules(d: Draw, wishes: Wishes = {}): Rules {
  const name = wishes.preset ?? d.pick(PRESETS);
  const base: Rules = presets[name];
  const wished = wishes.rules ?? {};
  const byRank = base.candidates === 'by-rank';
  const way = d.chance(0.4) ? {} : { ...switches(d), ...(byRank ? rankedWay(d) : runningFirstWay(d, base)) };
  const blockSize = wished.blockSize ?? d.pick([1, 2, 4, 8, 16]);
  const maxModelLen = wished.maxModelLen ?? d.int(6, 120);
  const whole = Math.ceil(maxModelLen / blockSize);
  const reserve = wished.admissionReserve ?? way.admissionReserve ?? base.admissionReserve;
  const least = reserve === 'model-length' ? whole : Math.max(2, whole >> 1);
  const blocks = wished.blocks ?? (name === 'serial' || d.chance(0.15) ? Infinity : d.int(least, 3 * whole + 2));
  const maxBatch = name === 'serial' ? 1 : d.int(1, 6);
  const prefixCaching = wished.prefixCaching ?? (base.prefixCaching && blocks !== Infinity && d.chance(0.5));
  return preset(name, {
    ...way,
    blockSize,
    maxModelLen,
    blocks,
    maxBatch,
    maxResident: byRank ? (d.chance(0.5) ? Infinity : maxBatch + d.int(0, 4)) : maxBatch,
    prefixCaching,
    lends: !prefixCaching && base.asyncDepth === 0 && d.chance(0.4),
    lendBuffer: d.int(0, 4),
    takeBackAhead: d.int(1, 3),
    watermarkBlocks: reserve !== 'model-length' && d.chance(0.3) ? d.int(0, Math.min(8, blocks - 1)) : 0,
    watermarkShare: 0,
    ...(base.asyncDepth === 0 && blocks !== Infinity && host(d, whole)),
    ...drafting(d, wishes, base, maxBatch, maxModelLen),
    ...wished,
  });
}

/** A pool on the host, or none. */
const host = (d: Draw, whole: number): Partial<Rules> => ({
  hostBlocks: d.chance(0.3) ? d.int(1, 4 * whole) : 0,
  onEviction: d.pick(['recompute', 'swap', 'cheaper']),
  transfers: d.pick(['overlapped', 'blocking']),
  transferMicros: d.int(0, 40),
  outMicros: d.int(0, 20),
  backMicros: d.int(0, 20),
});

/** Draft lengths and proposer, chunks or whole prompts, and a budget that suffices for them. */
function drafting(d: Draw, wishes: Wishes, base: Rules, maxBatch: number, maxModelLen: number): Partial<Rules> {
  const proposers = base.asyncDepth > 0 ? base.asyncProposers : base.proposers;
  const able = proposers.length > 0;
  const proposer = able ? d.pick(proposers) : base.proposer;
  const drafts = able && (wishes.drafts ?? d.chance(0.4)) ? d.int(1, 5) : 0;
  const maxDrafts = drafts + (able && (wishes.drafts ?? true) && d.chance(0.3) ? d.int(0, 4) : 0);
  const chunkedPrefill = base.chunkedPrefill && d.chance(0.8);
  const least = maxDrafts + 2 + (proposer === 'draft-model' ? maxBatch : 0);
  const tokenBudget = chunkedPrefill ? Math.max(least, d.int(2, 60)) : least + maxModelLen + d.int(0, 60);
  return { proposer, drafts, maxDrafts, chunkedPrefill, tokenBudget };
}

/** What every engine can do this way or that. */
const switches = (d: Draw): Partial<Rules> => ({
  unhashedFreed: d.pick(['front', 'end']),
  hashAfterUpdate: d.pick(['drafts-or-async', 'async']),
  longPrefillThreshold: d.chance(0.25) ? d.int(1, 40) : 0,
  thresholdAlone: d.chance(0.5),
  admissionReserve: d.pick(['chunk', 'prompt', 'allocate-prompt', 'declared', 'predicted', 'model-length']),
  reserveSpreads: d.int(0, 2),
  reservePadding: d.int(0, 9),
  misfit: d.pick(['stop', 'skip']),
  maxPassed: d.int(1, 4),
  watermarkAlone: d.chance(0.3),
  admitAfterEviction: d.chance(0.5),
  unfit: d.chance(0.1) ? 'block' : 'reject',
  tie: d.pick(['id', 'source']),
  victim: d.pick(['last-running', 'worst-rank', 'latest-arrival', 'shortest-output', 'most-slack']),
  victimTie: d.pick(['first', 'last']),
  afterSelfEviction: d.pick(['go-on', 'stop']),
  late: d.pick(['serve', 'abort']),
  padOneToken: d.chance(0.5),
});

function rankedWay(d: Draw): Partial<Rules> {
  const displaces = d.pick(['nobody', 'paused', 'worse'] as const);
  const phases = d.pick(['as-ranked', 'decodes-first', 'prefill-first'] as const);
  return {
    phases,
    displaces,
    decodesBeyondBudget: phases === 'decodes-first' && d.chance(0.3),
    ownShortage: d.pick(['evict-self', 'stall']),
    cacheEntry: d.pick(['planned', 'prefilled']),
    ...(displaces === 'nobody' && d.chance(0.2) ? kvUse(d) : {}),
  };
}

function runningFirstWay(d: Draw, base: Rules): Partial<Rules> {
  const asynchronous = base.asyncDepth > 0;
  const batching = asynchronous || d.chance(0.5) ? 'mixed' : d.pick(['prefill-alone', 'alternating'] as const);
  const phases = asynchronous ? 'as-ranked' : d.pick(['as-ranked', 'decodes-first', 'prefill-first'] as const);
  const apart = batching !== 'mixed' || phases === 'decodes-first';
  const foreseeing: Partial<Rules>[] = [{}, {}, { admissionReserve: 'peak' }, kvUse(d)];
  if (apart) foreseeing.push(ratio(d), ratio(d));
  return {
    batching,
    phases,
    decodesBeyondBudget: apart && d.chance(0.5),
    maxPartial: d.pick([Infinity, Infinity, 1, 2]),
    admits: d.chance(0.15) ? 'when-empty' : 'any-time',
    closesOnMisfit: d.chance(0.3),
    cacheEntry: asynchronous ? 'planned' : d.pick(['planned', 'prefilled']),
    ...d.pick(foreseeing),
  };
}

const kvUse = (d: Draw): Partial<Rules> => ({ admissionReserve: 'kv-use', kvShare: d.int(2, 10) / 10 });

const ratio = (d: Draw): Partial<Rules> => ({
  admissionReserve: 'ratio',
  ratioStart: d.int(5, 10) / 10,
  ratioLeast: d.int(0, 5) / 10,
  ratioSteps: d.int(1, 40),
  ratioAhead: d.int(0, 20),
  ratioClip: d.int(1, 100),
});
