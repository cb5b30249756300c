/** Rules about the two ways to step: tuples, and rows of columns. */
import { isDeepStrictEqual } from 'node:util';
import { type Columns, createColumns } from '../../columns.js';
import { maskWidth, playInto } from '../columns.js';
import type { Rule, Subject } from '../rule.js';
import { actionLuck, difference, legalAction, play, snapshot } from '../values.js';

/** Calls that are compared. */
const COMPARED = 200;

const sameNumbers: Rule = {
  name: 'same-numbers',
  sentence: 'reset and step give the same numbers as resetInto and stepInto.',
  level: 'error',
  *check(subject) {
    const { env } = subject;
    const moments = Array.from(play(subject, Math.min(COMPARED, subject.steps)), snapshot);
    const out = playInto(subject, moments);
    if (out === null) return;
    for (const [row, moment] of moments.entries()) {
      const into = {
        observation: env.observationSpace.read(out.observation, row),
        reward: out.reward[row],
        terminated: out.terminated[row] === 1,
        truncated: out.truncated[row] === 1,
        info: { ...moment.info, ...maskOf(out, row) },
      };
      const field = (Object.keys(into) as (keyof typeof into)[]).find(
        (name) => !isDeepStrictEqual(into[name], moment[name]),
      );
      if (field === undefined) continue;
      const [tuples, columns] = difference(moment[field], into[field]);
      const name = field === 'info' ? 'mask' : field;
      yield `the ${name} differs in call ${row}: ${tuples} by tuples, ${columns} by columns`;
      return;
    }
  },
};

const maskOf = ({ mask, width }: Columns, row: number): object =>
  mask === null ? {} : { action_mask: mask.slice(row * width, (row + 1) * width) };

const ownRow: Rule = {
  name: 'own-row',
  sentence: 'resetInto and stepInto write their row of the columns and no other.',
  level: 'error',
  *check(subject) {
    const { env, seed } = subject;
    if (!env.resetInto || !env.stepInto) return;
    const out = createColumns(env.observationSpace, 3, maskWidth(env));
    for (const row of [0, 2]) env.observationSpace.write(out.observation, row, sampleOf(subject));
    for (const column of [out.reward, out.elapsed, out.terminated, out.truncated, out.mask]) column?.fill(7);
    const before = neighbours(subject, out);
    env.resetInto(out, 1, { seed });
    if (!isDeepStrictEqual(neighbours(subject, out), before)) yield 'resetInto changed another';
    env.stepInto(
      legalAction(env, env.actionMasks ? { action_mask: env.actionMasks() } : {}, actionLuck(subject)),
      out,
      1,
    );
    if (!isDeepStrictEqual(neighbours(subject, out), before)) yield 'stepInto changed another';
  },
};

const sampleOf = (subject: Subject): unknown => subject.env.observationSpace.sample({ random: actionLuck(subject) });

const neighbours = ({ env }: Subject, out: Columns): unknown =>
  [0, 2].map((row) => [
    snapshot(env.observationSpace.read(out.observation, row)),
    out.reward[row],
    out.elapsed[row],
    out.terminated[row],
    out.truncated[row],
    out.mask?.slice(row * out.width, (row + 1) * out.width),
  ]);

export const parityRules: readonly Rule[] = [sameNumbers, ownRow];
