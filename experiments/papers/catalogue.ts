/** Claims by name. One costs its file under claims/ and a line here. */
import { didYouMean } from '../../env/spelling.js';
import { fastserve } from './claims/fastserve.js';
import { gammaByLoad } from './claims/gamma-by-load.js';
import { goodputRegret } from './claims/goodput-regret.js';
import { headroomGamma } from './claims/headroom-gamma.js';
import { headroomKnobs } from './claims/headroom-knobs.js';
import { headroomLapsSd } from './claims/headroom-laps-sd.js';
import { laps1 } from './claims/laps-1.js';
import { laps2 } from './claims/laps-2.js';
import { laps3 } from './claims/laps-3.js';
import { laps4 } from './claims/laps-4.js';
import { laps5 } from './claims/laps-5.js';
import { lapsBatch } from './claims/laps-batch.js';
import { ltrOrder } from './claims/ltr-order.js';
import { ltrToy } from './claims/ltr-toy.js';
import { mcSf } from './claims/mc-sf.js';
import { prefixMean } from './claims/prefix-mean.js';
import { purohitNoise } from './claims/purohit-noise.js';
import { sarathiAblation } from './claims/sarathi-ablation.js';
import { sglangPrefillFirst } from './claims/sglang-prefill-first.js';
import { speculationCrossover } from './claims/speculation-crossover.js';
import { ssjf } from './claims/ssjf.js';
import { trailNoise } from './claims/trail-noise.js';
import { trailPreemption } from './claims/trail-preemption.js';
import { trailServing } from './claims/trail-serving.js';
import { trailSoap } from './claims/trail-soap.js';
import type { Paper } from './paper.js';

export const papers: Readonly<Record<string, Paper>> = {
  'trail-soap': trailSoap,
  'trail-serving': trailServing,
  'trail-noise': trailNoise,
  'trail-preemption': trailPreemption,
  'purohit-noise': purohitNoise,
  fastserve,
  ssjf,
  'ltr-toy': ltrToy,
  'ltr-order': ltrOrder,
  'mc-sf': mcSf,
  'laps-1': laps1,
  'laps-2': laps2,
  'laps-3': laps3,
  'laps-4': laps4,
  'laps-5': laps5,
  'laps-batch': lapsBatch,
  'prefix-mean': prefixMean,
  'gamma-by-load': gammaByLoad,
  'goodput-regret': goodputRegret,
  'speculation-crossover': speculationCrossover,
  'headroom-knobs': headroomKnobs,
  'headroom-gamma': headroomGamma,
  'headroom-laps-sd': headroomLapsSd,
  'sarathi-ablation': sarathiAblation,
  'sglang-prefill-first': sglangPrefillFirst,
};

/**
 * The claims that names mean; `all` means every one.
 * @throws Error that quotes the first name that is none
 */
export function resolvePapers(
  names: readonly string[],
  catalogue: Readonly<Record<string, Paper>> = papers,
): [name: string, paper: Paper][] {
  const wanted = names.includes('all') ? Object.keys(catalogue) : [...new Set(names)];
  return wanted.map((name) => {
    if (Object.hasOwn(catalogue, name)) return [name, catalogue[name]];
    throw new Error(
      `unknown paper ${JSON.stringify(name)}${didYouMean(name, [...Object.keys(catalogue), 'all'])}; servegym paper list shows them`,
    );
  });
}
