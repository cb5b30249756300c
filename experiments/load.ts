/** Load 1 of a setting: the measured capacity of an engine and the draft length it is measured at. */

import { LONGEST_DRAFT } from '../env/settings/deployment.js';
import { type Saturation, saturate } from './capacity.js';
import { Interrupted } from './cli/exit.js';
import type { Hardware, Setting } from './setting.js';
import type { World } from './world.js';

export interface LoadOne {
  readonly capacity: Saturation;
  readonly gamma: number;
  /** Every draft length tried. */
  readonly tried: readonly Saturation[];
}

/** `gamma: best` takes the fixed draft length with the highest capacity. */
export async function measureLoad(
  { gamma, draft }: Pick<Setting, 'gamma' | 'draft'>,
  world: World,
  hardware: Hardware,
  engine: string,
  signal: AbortSignal,
): Promise<LoadOne> {
  const backlog = world.backlog();
  const lengths =
    gamma !== 'best' ? [gamma] : draft === 'none' ? [0] : Array.from({ length: LONGEST_DRAFT + 1 }, (_, k) => k);
  const tried: Saturation[] = [];
  for (const drafts of lengths) {
    tried.push(saturate(backlog, hardware.rules(engine, drafts), hardware.cost));
    await new Promise(setImmediate); // lets Ctrl-C in
    if (signal.aborted) throw new Interrupted('capacity was not measured to the end');
  }
  const capacity = tried.reduce((a, b) => (b.requestsPerSecond > a.requestsPerSecond ? b : a));
  return { capacity, gamma: capacity.gamma, tried };
}
