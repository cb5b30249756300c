/** A serving engine as an environment: the loop of the simulator, cut open where a policy is asked. */
import type { Env, Frame, Info } from '../gym/env.js';
import { createEnv, type Kernel } from '../gym/kernel.js';
import type { Stream } from '../random.js';
import { toTurn } from '../serving/engine.js';
import { fillView } from '../serving/view.js';
import type { Codec } from './codec.js';
import { disturb } from './disturb.js';
import { type Privileged, privileged } from './privileged.js';
import { noteDecision, noteStep } from './render/film.js';
import { frameOf, metadata } from './render/frame.js';
import { beginEpisode, forkEpisode, type Running } from './running.js';
import { checkOptions, type TaskOptions, type World } from './world.js';

/** What `env.unwrapped` has beside the contract. */
export interface ServingExtras {
  /** The truth: for critics and baselines of learners only. A policy that needs it is clairvoyant. */
  privileged(): Privileged;
  /** Who stands in which slot of the observation to be answered next: ids, −1 for nobody; null where there are no slots. A view. */
  shown(): Int32Array | null;
  /** A frame in another render mode than the environment's own, which must be one that draws pictures. */
  frame(mode: string): Frame;
}

export type ServingEnv<O, A, B> = Env<O, A, B> & ServingExtras;

/**
 * An environment of a world, seen and acted on through a codec. One step goes from one question to the next.
 *
 * `reset({ options })` knows `workload` (these requests, instead of ones drawn) and `workloadSeed` (the requests of that
 * seed, whatever the environment's own: common random numbers over a batch of roll-outs).
 *
 * @throws Error if an option is out of range
 */
export function createServingEnv<O, A, B>(
  world: World,
  makeCodec: () => Codec<O, A, B>,
  options: TaskOptions,
): ServingEnv<O, A, B> {
  checkOptions(options);
  return createEnv<O, A, B, ServingExtras>((random) => kernelOf(world, makeCodec, options, random, null), {
    renderMode: options.renderMode ?? null,
  });
}

function kernelOf<O, A, B>(
  world: World,
  makeCodec: () => Codec<O, A, B>,
  options: TaskOptions,
  random: Stream,
  from: Running<O, A, B> | null,
): Kernel<O, A, B, ServingExtras> {
  const { staleness = 0, noise = 0 } = options;
  const frames = staleness + 1;
  const { observationSpace, actionSpace, maskWidth } = makeCodec();
  let running = from;
  let elapsed = 0; // seconds of the last step

  const started = (): Running<O, A, B> => {
    if (running === null) throw new Error('nothing is under way: call reset() first');
    return running;
  };
  /** The frame that the agent is shown: the oldest that is remembered. */
  const frameShown = ({ questions }: Running<O, A, B>): number =>
    frames === 1 ? 0 : Math.max(0, questions - frames) % frames;

  /** Writes what the agent sees of the open turn. */
  function show(at: Running<O, A, B>, into: B, row: number): void {
    const { codec, engine, past } = at;
    const frame = frames === 1 ? 0 : at.questions % frames;
    if (past === null) codec.observe(engine.view, into, row, frame);
    else codec.observe(engine.view, past, frame, frame);
    at.questions++;
    if (past !== null) observationSpace.write(into, row, observationSpace.read(past, frameShown(at)));
    if (noise > 0) disturb(observationSpace, into, row, noise, random);
  }

  function render(mode: string): Frame {
    const { engine, film } = started();
    return frameOf(mode, engine, film);
  }

  return {
    observationSpace,
    actionSpace,
    maskWidth,
    metadata,
    begin(out, row, given) {
      const over = options.recorders === undefined ? running : null; // who records may keep what it was shown
      running = null; // whatever goes wrong now, its memory is gone
      running = beginEpisode(world, makeCodec, options, frames, random, given, over);
      elapsed = 0;
      if (!proceed(running)) throw new Error(`${running.engine.setup.workload.name}: an episode without requests`);
      show(running, out.observation, row);
    },
    advance(action, out, row) {
      const at = started();
      const { engine, codec } = at;
      if (!actionSpace.contains(action)) throw new Error(`action ${described(action)} is not in ${actionSpace}`);
      let over = false;
      if (!codec.take(engine.view, action, frameShown(at))) {
        codec.decide(engine.view, engine.replica.decision);
        if (at.film) noteDecision(at.film, engine.replica.decision);
        over = !proceed(at);
      }
      const { now } = engine.replica;
      if (over) fillView(engine.replica, engine.view, engine.scheduler);
      const cut = over && engine.outcome === 'horizon';
      out.reward[row] = at.reward.interval(engine, at.tally);
      elapsed = (now - at.time) * 1e-6;
      out.elapsed[row] = elapsed;
      out.terminated[row] = over && !cut ? 1 : 0;
      out.truncated[row] = cut ? 1 : 0;
      at.time = now;
      if (at.film) noteStep(at.film, action, out.reward[row]);
      show(at, out.observation, row);
    },
    mask(into, from) {
      const at = started();
      at.codec.mask?.(at.engine.view, into, from, frameShown(at));
    },
    info() {
      const { engine, metrics } = started();
      const { now, live, running: batch } = engine.replica;
      const info: Info = { now: now * 1e-6, elapsed, live: live.n, running: batch.n };
      if (engine.outcome === 'running') return info;
      info.outcome = engine.outcome;
      if (metrics) info.summary = metrics.summary();
      return info;
    },
    render,
    fork(stream) {
      const twin = forkEpisode(started(), observationSpace, options, frames);
      return kernelOf(world, makeCodec, options, stream, twin);
    },
    extras: {
      privileged: () => privileged(started().engine),
      shown() {
        const at = started();
        return at.codec.shown?.(frameShown(at)) ?? null;
      },
      frame: render,
    },
  };
}

/** Goes on to the next question. @returns false when the episode is over */
function proceed({ codec, engine }: Pick<Running<unknown, unknown, unknown>, 'codec' | 'engine'>): boolean {
  const { decision } = engine.replica;
  while (toTurn(engine)) {
    if (codec.asks(engine.view)) return true;
    codec.decide(engine.view, decision);
  }
  return false;
}

/** An action in words: one of a million numbers is no longer than others. */
function described(action: unknown): string {
  if (ArrayBuffer.isView(action)) {
    const numbers = action as Float32Array;
    const wrong = numbers.findIndex(Number.isNaN);
    return `${numbers.constructor.name} of ${numbers.length}${wrong < 0 ? '' : ` with NaN at ${wrong}`}`;
  }
  if (Array.isArray(action)) return `a list of ${action.length}`;
  if (typeof action !== 'object' || action === null) return String(action);
  const parts = Object.entries(action).slice(0, 5);
  return `{ ${parts.map(([key, part]) => `${key}: ${described(part)}`).join(', ')} }`;
}
