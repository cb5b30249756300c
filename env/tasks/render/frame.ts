/** What `render` of a task gives, by its mode. */
import type { Frame, Metadata } from '../../gym/env.js';
import type { Engine } from '../../serving/engine.js';
import { ansiFrame } from './ansi.js';
import type { Film } from './film.js';
import { pngOf } from './png.js';
import { svgFrame } from './svg.js';

/** ansi: lines for the terminal of this process · svg: text · png: bytes. */
export const metadata: Metadata = { renderModes: ['ansi', 'svg', 'png'], renderFps: 4 };

/** Text has 80 columns and 24 rows where there is no terminal. */
export function frameOf(mode: string, engine: Engine, film: Film): Frame {
  if (mode === 'ansi') {
    const { columns = 80, rows = 24 } = process.stdout;
    return ansiFrame(engine, film, { columns, rows: rows - 1 });
  }
  const svg = svgFrame(engine, film);
  return mode === 'svg' ? svg : pngOf(svg);
}
