/** Frames of episodes: kept, handed on, or written to files. */
import { join } from 'node:path';
import { writeAtomic } from '../../files.js';
import type { Frame } from '../env.js';
import { Row, stateOf, type Wrapper } from './wrapper.js';

/** Where in the environment's life a frame was drawn; step 0 follows a reset. */
export interface FrameAt {
  readonly episode: number;
  readonly step: number;
}

export interface RecordRenderOptions {
  /** Episodes 0, n, 2 n, … are recorded [1: all]. */
  readonly everyEpisode?: number;
  /** Steps 0, n, 2 n, … of them are [1: all]. */
  readonly everyStep?: number;
  /** Frames are written here as `episode-0-step-0.EXTENSION` instead of being kept. */
  readonly folder?: string;
  /** Extension of those files [txt for text, svg for text that begins with <svg, png for bytes]. */
  readonly extension?: string;
  /** Gets each frame; then none is kept. */
  readonly onFrame?: (frame: Frame, at: FrameAt) => void;
}

/** Draws after each reset and step; the environment must have been made with a render mode. In a vector a frame holds one of each environment, and episodes are those of the first. */
export function recordRender(options: RecordRenderOptions = {}): Wrapper {
  const { everyEpisode = 1, everyStep = 1, folder, onFrame } = options;
  for (const [name, n] of Object.entries({ everyEpisode, everyStep }))
    if (!Number.isSafeInteger(n) || n < 1)
      throw new Error(`RecordRender: ${name} is ${n}, expected a whole number above 0`);
  return {
    name: 'RecordRender',
    options: { ...options },
    bind({ render, env }) {
      if (env !== null && env.renderMode === null)
        throw new Error('RecordRender: the environment was made without a render mode, expected one');
      const state = { frames: [] as Frame[], episode: -1, step: 0 };
      return {
        state,
        done(rows) {
          if (rows[0] === Row.stepped) state.step++;
          else if (rows[0] !== Row.idle) {
            state.step = 0;
            state.episode++;
          }
          if (state.episode % everyEpisode !== 0 || state.step % everyStep !== 0) return;
          const frame = render();
          const { episode, step } = state;
          onFrame?.(frame, { episode, step });
          if (folder !== undefined)
            writeFrame(frame, join(folder, `episode-${episode}-step-${step}`), options.extension);
          if (folder === undefined && onFrame === undefined) state.frames.push(frame);
        },
      };
    },
  };
}

/** The frames kept so far; they are forgotten then. @throws Error if nothing records them */
export function takeFrames(env: Parameters<typeof stateOf>[0]): Frame[] {
  const state = stateOf(env, 'RecordRender') as { frames: Frame[] };
  const { frames } = state;
  state.frames = [];
  return frames;
}

/** A frame of several parts becomes a file each. */
function writeFrame(frame: Frame, path: string, extension: string | undefined): void {
  if (frame === null) return;
  if (typeof frame === 'string') writeAtomic(`${path}.${extension ?? (/^\s*<svg/.test(frame) ? 'svg' : 'txt')}`, frame);
  else if (frame instanceof Uint8Array) writeAtomic(`${path}.${extension ?? 'png'}`, frame);
  else for (const [k, part] of frame.entries()) writeFrame(part, `${path}-${k}`, extension);
}
