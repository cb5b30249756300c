/**
 * The named settings, with what was measured on them. Load 1 and the share that FCFS waits are measured figures that tests
 * measure again; slots are sequences in a batch while requests never run short.
 */

import { didYouMean } from '../spelling.js';
import { fromMillis, fromSeconds } from '../time.js';
import { chat } from '../workloads/families/chat.js';
import { heavyTail } from '../workloads/families/heavy-tail.js';
import { longPrompts } from '../workloads/families/long-prompts.js';
import { minutes } from '../workloads/families/minutes.js';
import { MEAN_STEPS, singleServer } from '../workloads/families/single-server.js';
import { speculation } from '../workloads/families/speculation.js';
import { twoClasses } from '../workloads/families/two-classes.js';
import type { Deployment } from './deployment.js';
import type { NamedSetting } from './setting.js';

/** Llama-3-8B on one A100 with part of its memory, an EAGLE head, and the CPU time of an API server. */
const a100 = (kvBlocks: number): Deployment => ({
  engine: 'vllm-v1',
  model: 'llama-3-8b',
  gpu: 'a100',
  kvBlocks,
  draft: 'eagle',
  draftCost: { perDepth: 600, perToken: 30 },
  cpu: { a0: 130, a1: 4.4 },
});

const STEP = fromMillis(1);

const all: readonly NamedSetting[] = [
  {
    name: 'chat-long',
    summary: 'chat with 25 % long prompts in bursts: memory for 24 requests',
    kind: 'ordering',
    family: chat,
    at: { longShare: 0.25, high: 1.7, phase: 200 },
    requests: 600,
    deployment: a100(2500),
    load: 0.95,
    capacity: { requestsPerSecond: 5.073, gamma: 2, slots: 24 },
    slo: [],
    waitingShare: 0.69,
  },
  {
    name: 'azure-minutes',
    summary: 'chat at the recorded rate per minute of the Azure conversations',
    kind: 'ordering',
    family: minutes,
    at: { longShare: 0 },
    requests: 4000,
    deployment: a100(2500),
    load: 1.05,
    capacity: { requestsPerSecond: 6.506, gamma: 2, slots: 31 },
    slo: [],
    waitingShare: 0.61,
  },
  {
    name: 'heavy-tail',
    summary: 'answers with a heavy tail (sigma 1.3) in bursts: memory for 13 requests',
    kind: 'ordering',
    family: heavyTail,
    at: { sigma: 1.3, high: 1.7 },
    requests: 600,
    deployment: a100(800),
    load: 0.95,
    capacity: { requestsPerSecond: 4.876, gamma: 3, slots: 13 },
    slo: [],
    waitingShare: 0.79,
  },
  {
    name: 'long-prompts',
    summary: 'papers to summarise in bursts: memory for 6 requests',
    kind: 'ordering',
    family: longPrompts,
    at: { scale: 1, high: 1.7 },
    requests: 600,
    deployment: a100(1060),
    load: 0.95,
    capacity: { requestsPerSecond: 2.133, gamma: 3, slots: 6 },
    slo: [],
    waitingShare: 0.91,
  },
  {
    name: 'two-classes',
    summary:
      '60 % interactive (TTFT ≤ 2 s, TPOT ≤ 60 ms), 40 % batch (JCT ≤ 40 s) beyond capacity: whose promises are kept',
    kind: 'slo',
    family: twoClasses,
    at: { interactive: 0.6, high: 1.7 },
    requests: 600,
    deployment: a100(2500),
    load: 1.15,
    capacity: { requestsPerSecond: 4.384, gamma: 2, slots: 20 },
    slo: [{ ttft: fromSeconds(2), tpot: fromMillis(60) }, { jct: fromSeconds(40) }],
    waitingShare: 0.82,
  },
  {
    name: 'wide-acceptance',
    summary: 'drafts accepted between nearly never and nearly always, chat with 25 % long prompts',
    kind: 'ordering',
    family: speculation,
    at: { mean: 0.6, spread: 0.25, high: 1.7 },
    requests: 600,
    deployment: a100(2500),
    load: 0.95,
    capacity: { requestsPerSecond: 4.991, gamma: 2, slots: 24 },
    slo: [],
    waitingShare: 0.68,
  },
  {
    name: 'single-server',
    summary: 'M/G/1 at load .8, size cv 1: waiting has a closed form (Pollaczek and Khinchine)',
    kind: 'theory',
    family: singleServer,
    at: { cv: 1 },
    requests: 4000,
    deployment: { engine: 'serial', model: 'llama-3-8b', gpu: 'a100', draft: 'none', step: STEP },
    load: 0.8,
    capacity: { requestsPerSecond: 1e6 / (MEAN_STEPS * STEP), gamma: 0, slots: 1 },
    slo: [],
    waitingShare: 0.8,
  },
];

export const settings: Readonly<Record<string, NamedSetting>> = Object.fromEntries(
  all.map((each) => [each.name, each]),
);

/** @throws Error that quotes the name and says which there are */
export function namedSetting(name: string): NamedSetting {
  if (Object.hasOwn(settings, name)) return settings[name];
  throw new Error(`unknown setting ${JSON.stringify(name)}${didYouMean(name, Object.keys(settings))}`);
}
