/** Every scheduler, by the name that commands, tables and tests use. Adding one costs its file and one entry. */
import { aMin } from '../../agents/schedulers/a-min.js';
import { alise } from '../../agents/schedulers/alise.js';
import { batchllm } from '../../agents/schedulers/batchllm.js';
import { boost } from '../../agents/schedulers/boost.js';
import { cacheopt } from '../../agents/schedulers/cacheopt.js';
import { classPriority } from '../../agents/schedulers/class-priority.js';
import { dfsWeight } from '../../agents/schedulers/dfs-weight.js';
import { edf } from '../../agents/schedulers/edf.js';
import { edfSize } from '../../agents/schedulers/edf-size.js';
import { elis } from '../../agents/schedulers/elis.js';
import { fairBatching } from '../../agents/schedulers/fair-batching.js';
import { gittins } from '../../agents/schedulers/gittins.js';
import { hrrn } from '../../agents/schedulers/hrrn.js';
import { lapsSd } from '../../agents/schedulers/laps-sd.js';
import { las } from '../../agents/schedulers/las.js';
import { lateLast } from '../../agents/schedulers/late-last.js';
import { leastSlack } from '../../agents/schedulers/least-slack.js';
import { lpm } from '../../agents/schedulers/lpm.js';
import { ltr } from '../../agents/schedulers/ltr.js';
import { mcSf } from '../../agents/schedulers/mc-sf.js';
import { mlfq } from '../../agents/schedulers/mlfq.js';
import { nestedWait } from '../../agents/schedulers/nested-wait.js';
import { priority } from '../../agents/schedulers/priority.js';
import { prr } from '../../agents/schedulers/prr.js';
import { psjf } from '../../agents/schedulers/psjf.js';
import { qoserve } from '../../agents/schedulers/qoserve.js';
import { random } from '../../agents/schedulers/random.js';
import { reshuffle } from '../../agents/schedulers/reshuffle.js';
import { rr } from '../../agents/schedulers/rr.js';
import { sarathiChunk } from '../../agents/schedulers/sarathi-chunk.js';
import { sjf } from '../../agents/schedulers/sjf.js';
import { skipJoinMlfq } from '../../agents/schedulers/skip-join-mlfq.js';
import { sortedF } from '../../agents/schedulers/sorted-f.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { ssjf as ssjfQueue } from '../../agents/schedulers/ssjf.js';
import { tie } from '../../agents/schedulers/tie.js';
import { trail as trailOrder } from '../../agents/schedulers/trail.js';
import { volume } from '../../agents/schedulers/volume.js';
import { vtc } from '../../agents/schedulers/vtc.js';
import { fcfs } from '../../env/serving/policy.js';
import { choice, number, whole } from '../specs.js';
import { type SchedulerEntry, scheduler } from './entry.js';

const REMAINING = choice(
  ['tokens', 'time'],
  'what remains is counted in tokens, or in verifications by the believed acceptance',
);

/** Parameters of feedback queues; where those go who have used their quantum is the scheduler's default. */
const feedback = (demoted: 'back' | 'front') => ({
  quantumMs: number(10, 0.001, 1e9, 'quantum of the first queue, ms'),
  starvationS: number(3, 0.001, 1e9, 'without tokens for so long: to the front of the first queue, s'),
  every: whole(1000, 1, 1e9, 'iterations between two looks for such'),
  demoted: choice(
    demoted === 'back' ? ['back', 'front'] : ['front', 'back'],
    'where in the next queue, once the quantum is used',
  ),
});

/** What a token takes, for schedulers that reckon with slack. */
const pace = { stepMs: number(0, 0, 1e9, 'time of a token, ms; 0 = that of a request alone') };

export const schedulers: Readonly<Record<string, SchedulerEntry>> = {
  fcfs: scheduler('nothing', 'first come, first served', {}, fcfs),
  sjf: scheduler('length', 'shortest job first, non-preemptive', {}, sjf),
  psjf: scheduler('length', 'shortest job first, preemptive', {}, psjf),
  srpt: scheduler('length', 'shortest remaining processing time first', { unit: REMAINING }, srpt),
  las: scheduler(
    'nothing',
    'least attained service first',
    {
      by: choice(['tokens', 'service'], 'what counts: generated tokens, or µs in batches'),
      quantum: whole(1, 1, 2 ** 31, 'tokens or µs served in one go'),
    },
    las,
  ),
  priority: scheduler('nothing', 'the priority that came with the request, lowest first', {}, priority),
  random: scheduler('nothing', 'a rank drawn once by each request', {}, random),
  'laps-sd': scheduler(
    'length',
    'least attained, then perceived service, for speculative decoding',
    {
      borderMs: number(100, 0.001, 1e9, 'upper border of the lowest level, ms'),
      levels: whole(64, 1, 64, 'number of levels'),
      minSteps: whole(16, 1, 1e6, 'decode steps before acceptance can be stable'),
      window: whole(8, 1, 256, 'steps over which it must not have moved'),
      tolerance: number(0.05, 0, 1, 'by how much it may have moved'),
      settled: choice(['range', 'ends'], 'how far it moved: over all these steps, or from the first to the last'),
      stable: choice(['measured', 'believed'], 'who says that acceptance is stable'),
      acceptance: choice(['measured', 'believed'], 'whose acceptance the estimate takes'),
      step: choice(['measured', 'alone'], 'time of a step: its own mean, or the believed cost of one alone'),
    },
    ({ borderMs, ...options }) => lapsSd({ ...options, border: borderMs * 1000 }),
  ),
  spjf: scheduler('length', 'sjf by the name it has with predicted sizes (Purohit et al. 2018)', {}, sjf),
  sprpt: scheduler('length', 'srpt by the name it has with predicted sizes (Mitzenmacher 2019)', {}, srpt),
  rr: scheduler(
    'nothing',
    'round robin; with a short quantum processor sharing',
    {
      by: choice(['tokens', 'service'], 'what counts: generated tokens, or µs in batches'),
      quantum: whole(1, 1, 2 ** 31, 'tokens or µs of a turn'),
    },
    rr,
  ),
  prr: scheduler(
    'length',
    'a share for the believed shortest, the rest for everyone alike (Purohit)',
    { lambda: number(0.5, 0, 1, 'share of the believed shortest') },
    prr,
  ),
  hrrn: scheduler(
    'length',
    'highest response ratio next, non-preemptive',
    { by: choice(['length', 'prompt'], 'what its service is proportional to') },
    hrrn,
  ),
  volume: scheduler(
    'length',
    'least memory × time still needed first',
    {
      exponent: number(1, 0, 10, 'exponent of the memory'),
      prefill: number(0, 0, 1e6, 'what a token to be computed counts for, in generated ones'),
      unit: REMAINING,
    },
    volume,
  ),
  gittins: scheduler(
    'length',
    'least expected work per completion, from a distribution of lengths',
    { from: choice(['believed', 'finished'], "whose distribution: each request's own, or of those who finished") },
    gittins,
  ),
  'mc-sf': scheduler(
    'length',
    'shortest first, admitted if memory lasts until all are done (MC-SF)',
    {
      margin: number(0, 0, 0.99, 'share of memory left free'),
      misfit: choice(['stop', 'skip'], 'the first that does not fit ends admission, or is passed over'),
    },
    mcSf,
  ),
  vtc: scheduler(
    'nothing',
    'the tenant served least is served next (virtual token counter)',
    {
      promptWeight: number(1, 0, 1e6, 'what a prompt token counts for'),
      outputWeight: number(2, 0, 1e6, 'what a generated token counts for'),
    },
    vtc,
  ),
  'class-priority': scheduler(
    'nothing',
    'service classes one after the other',
    { within: choice(['arrival', 'remaining'], 'order inside a class') },
    classPriority,
  ),
  edf: scheduler('nothing', 'earliest due date first', {}, edf),
  'least-slack': scheduler('length', 'who can least afford to wait first', pace, ({ stepMs }) =>
    leastSlack({ step: stepMs * 1000 }),
  ),
  'late-last': scheduler(
    'length',
    'earliest due date first, behind all who can no longer make it',
    pace,
    ({ stepMs }) => lateLast({ step: stepMs * 1000 }),
  ),
  'edf-size': scheduler(
    'length',
    'time to the due date × remaining length, who is late behind all',
    {
      ...pace,
      exponent: number(0.5, 0, 10, 'exponent of the remaining length'),
      horizonS: number(60, 0.001, 1e9, 'nobody counts as due later than this from now, s'),
    },
    ({ stepMs, exponent, horizonS }) => edfSize({ step: stepMs * 1000, exponent, horizon: horizonS * 1e6 }),
  ),
  mlfq: scheduler('nothing', 'multi-level feedback queue', feedback('back'), ({ quantumMs, starvationS, ...options }) =>
    mlfq({ ...options, quantum: quantumMs * 1000, starvation: starvationS * 1e6 }),
  ),
  'skip-join-mlfq': scheduler(
    'nothing',
    'long prompts skip queues, KV is swapped ahead of need (FastServe)',
    { ...feedback('front'), spare: number(0.05, 0, 1, 'share of the blocks that swapping keeps free') },
    ({ quantumMs, starvationS, ...options }) =>
      skipJoinMlfq({ ...options, quantum: quantumMs * 1000, starvation: starvationS * 1e6 }),
  ),
  trail: scheduler(
    'length',
    'shortest remaining first, displaced only in its first share (TRAIL)',
    { share: number(0.8, 0, Infinity, 'C: share of the first prediction') },
    trailOrder,
  ),
  ltr: scheduler(
    'length',
    'by predicted order, with a guard against starvation (LTR)',
    {
      patience: whole(200, 1, 1e9, 'iterations without tokens until it is promoted'),
      runs: whole(10, 1, 1e9, 'iterations that a promoted one runs for'),
    },
    ltr,
  ),
  ssjf: scheduler(
    'length',
    'shortest job first until somebody waited too long (SSJF)',
    {
      longestS: number(100, 0, 1e9, 'longest wait, s'),
      multiple: number(10, 0, 1e9, 'the same in execution times'),
    },
    ({ longestS, multiple }) => ssjfQueue({ longest: longestS * 1e6, multiple }),
  ),
  elis: scheduler(
    'length',
    'shortest remaining first, read anew in windows of tokens (ELIS)',
    { window: whole(50, 1, 1e9, 'tokens of a window') },
    elis,
  ),
  tie: scheduler(
    'length',
    'mean length plus a price on the tail, non-preemptive (TIE)',
    {
      weight: number(1, 0, 1e6, 'price of the tail'),
      level: number(0.9, 0, 0.999, 'where the tail begins, as a probability'),
    },
    tie,
  ),
  alise: scheduler(
    'length',
    'queues by believed remaining time, KV swapped ahead of need (ALISE)',
    {
      quantumMs: number(100, 0.001, 1e9, 'longest remaining time in the first queue, ms'),
      spare: number(0.05, 0, 1, 'share of the blocks that swapping keeps free'),
    },
    ({ quantumMs, spare }) => alise({ quantum: quantumMs * 1000, spare }),
  ),
  lpm: scheduler(
    'nothing',
    'longest cached prefix first, by arrival if many wait (SGLang)',
    {
      limit: whole(128, 0, 1e9, 'longest queue that is matched'),
      shared: whole(32, 0, 1e9, 'tokens shared with an earlier one of the queue that postpone; 0: none do'),
    },
    lpm,
  ),
  'dfs-weight': scheduler('nothing', 'the cached prefix that most wait for first (SGLang)', {}, dfsWeight),
  batchllm: scheduler('length', 'who shares a prefix together, decode-heavy groups first (BatchLLM)', {}, batchllm),
  'sarathi-chunk': scheduler(
    'nothing',
    'chunks of a prompt shrink as more of it is done (Sarathi-Serve)',
    {
      high: whole(512, 1, 1e6, 'tokens of the first chunks'),
      low: whole(128, 1, 1e6, 'tokens of the last ones'),
      over: whole(8192, 1, 1e9, 'prompt tokens over which they fall'),
      stages: whole(8, 1, 1024, 'steps in which they fall'),
    },
    sarathiChunk,
  ),
  'fair-batching': scheduler(
    'nothing',
    'iterations as long as decodes have slack, prompts before those who can wait (FairBatching)',
    {
      ttftS: number(2, 0.001, 1e6, 'limit of the first token, s'),
      tpotMs: number(60, 0.001, 1e6, 'limit of each further token, ms'),
    },
    ({ ttftS, tpotMs }) => fairBatching({ ttft: ttftS * 1e6, tpot: tpotMs * 1000 }),
  ),
  'sorted-f': scheduler('length', 'the batch of least output / members² first (Sorted-F)', {}, sortedF),
  'a-min': scheduler(
    'length',
    'shortest first by one end of a predicted interval (A_min, A_max)',
    {
      end: choice(['lower', 'upper'], 'the end that is believed: A_min or A_max'),
      spreads: number(1, 0, 100, 'deviations from the mean to it, where there are no quantiles'),
    },
    aMin,
  ),
  'nested-wait': scheduler(
    'nothing',
    'requests wait at each decode segment until enough do (Nested WAIT)',
    {
      segment: whole(128, 1, 1e6, 'output tokens of a segment'),
      threshold: whole(4, 1, 65536, 'requests that open the first gate'),
      ratio: number(0.5, 0, 1, 'threshold of the next gate, as a share'),
    },
    nestedWait,
  ),
  boost: scheduler(
    'length',
    'by arrival, small ones dated back (γ-Boost)',
    { gamma: number(0.1, 1e-6, 1e6, 'γ per second: small is shortest first, large is by arrival'), ...pace },
    ({ gamma, stepMs }) => boost({ gamma, step: stepMs * 1000 }),
  ),
  qoserve: scheduler(
    'nothing',
    'deadlines by class, chunks by slack, relegation (QoServe)',
    {
      firstS: number(6, 0.001, 1e6, 'class 0: limit of the first token, s'),
      secondS: number(600, 0.001, 1e6, 'class 1: limit of the last token, s'),
      thirdS: number(1800, 0.001, 1e6, 'class 2 and above, s'),
      gapMs: number(50, 0.001, 1e6, 'class 0: longest time between tokens, ms'),
    },
    ({ firstS, secondS, thirdS, gapMs }) =>
      qoserve({ limits: [firstS * 1e6, secondS * 1e6, thirdS * 1e6], gap: gapMs * 1000 }),
  ),
  cacheopt: scheduler(
    'length',
    'reserves the padded prediction, victims by slack (CacheOPT)',
    {
      alpha: number(0.95, 0, 0.999999, 'confidence at rate 0'),
      beta: number(0.001, 0, 1e6, 'how fast it falls with the rate, s'),
      range: number(2, 0, 1e6, 'residual range in standard deviations'),
      padding: choice(['hoeffding', 'believed'], 'what pads the reserve: a formula, or the highest believed quantile'),
      ahead: whole(2, 0, 1e6, 'iterations before its end in which room is kept for more'),
    },
    cacheopt,
  ),
  reshuffle: scheduler(
    'nothing',
    'priorities drawn anew at a fixed frequency (the load of FastSwitch)',
    {
      every: whole(25, 1, 1e9, 'iterations between two draws'),
      pattern: choice(['random', 'markov'], 'all are drawn anew, or some keep theirs'),
      stay: number(0.5, 0, 1, 'markov: probability to keep it'),
    },
    reshuffle,
  ),
};
