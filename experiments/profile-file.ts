/** Cost files with `profile:`, an operator profile in CSV files beside them. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { CostModel } from '../env/serving/cost/cost.js';
import { type ProfileOptions, profileCost } from '../env/serving/cost/profile.js';
import { readLayerProfile, readProfile } from '../env/serving/cost/profile-files.js';

const micros = z.number().min(0);
const cpu = z.strictObject({ a0: micros.default(0), a1: micros.default(0) });
const path = z.string().min(1);

/** Paths are relative to the cost file; `gpu` and `model` are cards that say how much memory there is. */
export const profileSchema = z.strictObject({
  profile: z.union([
    path,
    z.strictObject({
      dense: path,
      perSequence: path,
      attention: path,
      layers: z.int().min(1),
      calls: z.record(z.string(), z.int().min(1)).default({}),
    }),
  ]),
  gpu: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  cpu: cpu.optional(),
  exposed: cpu.optional(),
  draft: z.strictObject({ perDepth: micros.default(0), perToken: micros.default(0) }).optional(),
});

/** @throws Error naming the cost file, or the CSV file with line and column */
export function costFromProfile(
  { profile, cpu, exposed, draft }: z.output<typeof profileSchema>,
  file: string,
): CostModel {
  const beside = (name: string): string => resolve(dirname(file), name);
  const options: ProfileOptions = { ...(cpu && { cpu }), ...(exposed && { exposed }), ...(draft && { draft }) };
  const read =
    typeof profile === 'string'
      ? readProfile(beside(profile))
      : readLayerProfile({
          ...profile,
          name: file,
          dense: beside(profile.dense),
          perSequence: beside(profile.perSequence),
          attention: beside(profile.attention),
        });
  try {
    return profileCost(read, options);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
