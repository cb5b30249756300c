/** What frames show and no engine keeps: the last answer, rewards so far, and for pictures who did what when. */
import type { BatchDecision } from '../../serving/policy.js';
import type { Recorder } from '../../serving/recorder.js';
import { createTimeline, type Timeline } from '../../serving/recorders/timeline.js';

/** Of one episode, in an environment that was made with a render mode. */
export interface Film {
  /** Bars of requests and memory over time; null where only text is drawn. */
  readonly timeline: Timeline | null;
  /** Answers so far, and the last one. */
  steps: number;
  action: unknown;
  /** What the last decision said of everyone, tokens and blocks; NaN before the first. */
  tokenBudget: number;
  headroom: number;
  /** Of the last step, and of all. */
  reward: number;
  total: number;
}

/** Points of memory that are kept of an episode. */
const POINTS = 20_000;

/** @param mode the render mode; null: nothing is filmed */
export const createFilm = (mode: string | null): Film | null =>
  mode === null
    ? null
    : {
        timeline: mode === 'ansi' ? null : createTimeline({ requests: Infinity, points: POINTS }),
        steps: 0,
        action: undefined,
        tokenBudget: Number.NaN,
        headroom: Number.NaN,
        reward: 0,
        total: 0,
      };

/** A film that goes on from where this one is, for a fork. */
export function copyFilm(film: Film | null, mode: string | null): Film | null {
  if (film === null) return null;
  const timeline = createFilm(mode)?.timeline ?? null;
  timeline?.load(film.timeline?.save());
  return { ...film, timeline };
}

/** What has to look on for it. */
export const recordersOf = (film: Film | null): Recorder[] => (film?.timeline ? [film.timeline] : []);

/** Notes a decision before it is carried out. */
export function noteDecision(film: Film, { tokenBudget, headroom }: BatchDecision): void {
  film.tokenBudget = tokenBudget;
  film.headroom = headroom;
}

/** Notes a step that was taken. */
export function noteStep(film: Film, action: unknown, reward: number): void {
  film.steps++;
  film.action = action;
  film.reward = reward;
  film.total += reward;
}
