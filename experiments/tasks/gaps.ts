/** What there is to reach in a task: how far its best tuned heuristic is from the clairvoyant reference (`servegym gap`). */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { packageFile, readData } from '../../env/files.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import type { Task } from '../../env/tasks/task.js';

/** The page that is kept; it does not ship with the package. */
const KEPT = 'experiments/results/gap/results.json';

const share = z.object({ value: z.number() }).nullable();
const keptSchema = z.object({
  gaps: z.array(
    z.object({
      setting: z.string(),
      load: z.number(),
      objective: z.enum(['jct', 'missed']),
      rows: z.array(z.object({ label: z.string(), vsFcfs: share, vsBest: share })),
    }),
  ),
});

/** Rewards that ask for what a gap is measured in. */
const OBJECTIVES = { '-jct': 'jct', slo: 'missed' } as const;
const WORDS = { jct: 'mean JCT', missed: 'broken promises' } as const;

/**
 * The reachable gap in words, as the README's table has it; null where the kept page is not at hand.
 * It is that of all decisions together: the actions of one task may reach a part of it.
 * @throws Error naming the kept page if it does not fit
 */
export function gapInWords(task: Pick<Task, 'defaults' | 'promises'>): string | null {
  const { setting: name, load, engine, reward } = task.defaults;
  const setting = namedSetting(name);
  if (setting.kind === 'theory') return 'known in closed form';
  if ((load ?? setting.load) !== setting.load || (engine ?? setting.deployment.engine) !== setting.deployment.engine)
    return 'not measured';
  if (task.promises || !(reward in OBJECTIVES)) return 'not measured';
  const file = packageFile(KEPT);
  if (!existsSync(file)) return null;
  const kept = keptSchema.safeParse(readData(file));
  if (!kept.success) throw new Error(`${file}: not a page of servegym gap (${kept.error.issues[0].path.join('.')})`);
  const objective = OBJECTIVES[reward as keyof typeof OBJECTIVES];
  const found = kept.data.gaps.find(
    (gap) => gap.setting === name && gap.load === setting.load && gap.objective === objective,
  );
  const reference = found?.rows.find(({ label }) => label.includes('reference'));
  if (!reference?.vsBest || !reference.vsFcfs) throw new Error(`${file}: has no reference for ${name}, ${objective}`);
  return `${percent(reference.vsBest.value)} of the ${WORDS[objective]}; from FCFS ${percent(reference.vsFcfs.value)}`;
}

const percent = (below: number): string => `${(-100 * below).toFixed(1)} %`;
