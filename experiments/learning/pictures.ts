/** The pictures of a report: how training went, and γ by load. Slow to load, so only when there is something to draw. */
import type { TopLevelSpec } from 'vega-lite';
import type { Curve } from './curves.js';
import type { GammaStudy } from './gamma.js';

/** Names of their files, without ending. */
export const CURVES = 'curves';
export const GAMMA = 'gamma';

interface Drawn {
  readonly task: string;
  readonly subtitle: string;
  readonly curves: readonly Curve[];
  readonly study: GammaStudy | undefined;
}

/** @returns the files that were written to the folder */
export async function drawReport(folder: string, { task, subtitle, curves, study }: Drawn): Promise<string[]> {
  const specs: [name: string, spec: TopLevelSpec][] = [];
  if (curves.length > 0) {
    const { curvesPicture } = await import('./curves-picture.js');
    specs.push([CURVES, curvesPicture(curves, `${task}: training`, 'group')]);
  }
  if (study) {
    const { gammaPicture } = await import('./gamma-picture.js');
    specs.push([GAMMA, gammaPicture(study, `${task}: γ by load`, [subtitle])]);
  }
  if (specs.length === 0) return [];
  const { writePicture } = await import('../report/render.js');
  const written: string[] = [];
  for (const [name, spec] of specs) written.push(...(await writePicture(folder, name, spec)));
  return written;
}

/** Trainings of any tasks. @returns the files that were written to the folder */
export async function drawCurves(folder: string, curves: readonly Curve[]): Promise<string[]> {
  const { curvesPicture } = await import('./curves-picture.js');
  const { writePicture } = await import('../report/render.js');
  return writePicture(folder, CURVES, curvesPicture(curves, 'Learning curves', 'task'));
}
