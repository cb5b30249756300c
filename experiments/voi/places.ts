/** Where the value of information is measured: one request at a time, and engines whose memory is short. */
import { z } from 'zod';
import { completeSetting, type Setting, settingShape } from '../setting.js';

export interface Place {
  readonly name: string;
  readonly summary: string;
  /** Arrivals as a share of measured capacity. */
  readonly load: number;
  readonly setting: Setting;
}

const place = (
  name: string,
  summary: string,
  load: number,
  changed: z.input<z.ZodObject<typeof settingShape>>,
): Place => ({
  name,
  summary,
  load,
  setting: completeSetting(z.object(settingShape).parse(changed)),
});

/** Blocks of 16 tokens that nobody fills. */
const PLENTY = 100_000;

export const places: readonly Place[] = [
  place('batch-1', 'one request at a time, Poisson arrivals, memory for everybody', 0.9, {
    engine: ['serial'],
    arrivals: 'poisson',
    longShare: 0,
    kvBlocks: PLENTY,
    gamma: 3,
  }),
  place('kv-limited', 'vLLM V1 with 40,000 KV tokens and bursts; rank orders the queue', 0.95, {
    engine: ['vllm-v1'],
    gamma: 3,
  }),
  place('kv-limited-preemptive', 'the same, and a better request takes the blocks of a worse one', 0.95, {
    engine: ['vllm-v1+rank'],
    gamma: 3,
  }),
];
