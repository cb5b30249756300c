/** Drafts double the throughput of one request and cost some of that of 64: measured, and simulated. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { meanInterval } from '../../bootstrap.js';
import type { Check, Comparison } from '../../measured/check.js';
import { compareSpeculation } from '../../measured/speculation.js';
import { dataFolder } from '../../measured/suites.js';
import { below, type Figure, near, type Paper } from '../paper.js';

const folder = (): string => join(dataFolder(), 'vllm-a100-specdec-factorial');

const GAIN = 'throughput with ÷ without drafts at';
const WITHIN = 0.15;

export const speculationCrossover: Paper<Comparison> = {
  title: 'Where speculation stops to pay',
  source:
    'a factorial study of vLLM 0.24 on an A100 with Llama-3.1-8B and EAGLE-3 (GSM8K, 16 bit), runs of the data kit',
  claim: 'EAGLE-3 drafts gain 2.14 times the throughput at concurrency 1 and lose 3 % at 64.',
  setting:
    'A closed loop of 1 and of 64 users on `vllm-v1-async`, p-norm card of the A100 and a one-layer card of the head; three parameters fitted to the runs at concurrency 1, those at 64 predicted.',
  seeds: { full: 5, quick: 1 },
  missing: () => (existsSync(folder()) ? undefined : `${folder()} is not there (SERVEGYM_DATA)`),
  open: async () => (seed) => ({ ...compareSpeculation(folder(), seed), picture: {} }),
  conclude(samples) {
    const checks = (users: number): Check[] =>
      samples.map(({ checks: all }) => {
        const found = all.find(({ what }) => what.startsWith(`${GAIN} ${users} `));
        if (!found) throw new Error(`no ${GAIN} ${users} among the checks of ${folder()}`);
        return found;
      });
    const [alone, busy] = [checks(1), checks(64)];
    const gain = meanInterval(busy.map(({ simulated }) => simulated));
    const figures: Figure[] = [
      {
        what: 'gain at concurrency 1 (fitted)',
        unit: '×',
        expected: null,
        measured: meanInterval(alone.map(({ simulated }) => simulated)),
      },
      {
        what: 'gain at concurrency 64 (predicted)',
        unit: '×',
        expected: near(busy[0].measured, WITHIN, alone[0].measured),
        measured: gain,
      },
      { what: 'gain at concurrency 64 is a loss', unit: '×', expected: below(1), measured: gain },
    ];
    return {
      figures,
      reason: 'the loss begins later here, since a verification reads its context as a decode does',
      notes: samples[0].sensitivity,
    };
  },
};
