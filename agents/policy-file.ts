/**
 * A trained policy as data: weights, what they see and add to, and where they were trained. One model file (`predictors/model-file.ts`), so
 * reading it executes nothing and a changed byte is refused.
 */
import { z } from 'zod';
import { type Rules, rulesSchema } from '../env/serving/rules.js';
import { engineHeads, requestHeads } from '../env/tasks/heads.js';
import { type ModelCard, type ModelFile, readModelFile, writeModelFile } from '../predictors/model-file.js';
import type { Weights } from '../predictors/weights.js';
import { OBSERVATION } from './index-policy.js';

const KIND = 'index-policy';

const about = z.strictObject({
  /** The task it was trained in. */
  task: z.string().min(1),
  /** Where: a named setting, and what differs from it. */
  setting: z.string().min(1),
  engine: z.string().min(1),
  load: z.number().positive(),
  requests: z.int().min(1),
  reward: z.string().min(1),
  /** What it was told about lengths and acceptance. */
  beliefs: z.string().min(1),
  /** The heuristic that it adds to, a spec; with the rules and the draft length that were tuned for that. */
  base: z.string().min(1),
  rules: rulesSchema.partial(),
  gamma: z.int().min(0),
  perRequest: z.array(z.enum(requestHeads)),
  forAll: z.array(z.enum(engineHeads)),
  span: z.number().positive(),
  every: z.enum(['event', 'iteration']),
  longestS: z.number().positive(),
});

/** What a policy is, beside its weights. */
export interface PolicyFacts extends Omit<z.output<typeof about>, 'rules'> {
  readonly rules: Partial<Rules>;
}

export interface PolicyFile {
  readonly about: PolicyFacts;
  readonly card: ModelCard;
  readonly weights: Weights;
}

/** The model file that a policy is kept as: its facts stand among the settings. */
export const writePolicyFile = (path: string, { about: facts, card, weights }: PolicyFile): void =>
  writeModelFile(path, {
    kind: KIND,
    features: OBSERVATION,
    card,
    weights: { tensors: weights.tensors, settings: { ...weights.settings, about: JSON.stringify(facts) } },
  });

/** @throws Error of one sentence naming the file and what is wrong with it */
export function readPolicyFile(path: string): PolicyFile {
  const { kind, features, card, weights }: ModelFile = readModelFile(path);
  if (kind !== KIND) throw new Error(`${path}: holds a model of kind ${JSON.stringify(kind)}, expected "${KIND}"`);
  if (features !== OBSERVATION)
    throw new Error(
      `${path}: this policy was trained on version ${features} of the observed features, this program shows version ${OBSERVATION}: train it again`,
    );
  const { about: text, ...settings } = weights.settings;
  return { about: readFacts(text, path), card, weights: { tensors: weights.tensors, settings } };
}

function readFacts(text: unknown, path: string): PolicyFacts {
  let json: unknown;
  try {
    json = JSON.parse(String(text));
  } catch {
    throw new Error(`${path}: does not say what its policy adds to: "about" is not JSON`);
  }
  const { data, error } = about.safeParse(json);
  if (data !== undefined) return data as PolicyFacts;
  const [{ path: where, message }] = error.issues;
  throw new Error(`${path}: about its policy, ${where.join('.') || 'it'}: ${message}`);
}
