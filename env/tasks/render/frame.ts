/** What `render` of a task gives, by its mode. */
import type { Frame, Metadata } from '../../gym/env.js';
import type { Engine } from '../../serving/engine.js';
import type { Timeline } from '../../serving/recorders/timeline.js';
import { ansiFrame } from './ansi.js';
import type { Film } from './film.js';
import { pngOf } from './png.js';
import { svgFrame } from './svg.js';

/** ansi: lines for the terminal of this process · svg: text · png: bytes. */
export const metadata: Metadata = { renderModes: ['ansi', 'svg', 'png'], renderFps: 4 };

/**
 * Text has 80 columns and 24 rows where there is no terminal.
 * @throws Error if the film was not made for it
 */
export function frameOf(mode: string, engine: Engine, film: Film | null): Frame {
  if (!metadata.renderModes.includes(mode))
    throw new Error(`render mode ${JSON.stringify(mode)} is not one of ${metadata.renderModes.join(', ')}`);
  if (film === null || (mode !== 'ansi' && film.timeline === null))
    throw new Error(`nothing was kept for ${mode}: make the environment with a render mode that draws pictures`);
  if (mode === 'ansi') {
    const { columns = 80, rows = 24 } = process.stdout;
    return ansiFrame(engine, film, { columns, rows: rows - 1 });
  }
  const svg = svgFrame(engine, film, film.timeline as Timeline);
  return mode === 'svg' ? svg : pngOf(svg);
}
