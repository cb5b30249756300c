/**
 * A trained policy as data: weights, what they see and add to, and where they were trained. One model file (`predictors/model-file.ts`), so
 * reading it executes nothing and a changed byte is refused. Of two kinds:
 *
 *     index-policy   scores everyone who is here, added to a heuristic (`index-policy.ts`)
 *     task-policy    an MLP on the observations of its task, of fixed size (`task-policy.ts`)
 */
import { z } from 'zod';
import { type Rules, rulesSchema } from '../env/serving/rules.js';
import { FEATURES_VERSION } from '../env/tasks/features.js';
import { engineHeads, requestHeads } from '../env/tasks/heads.js';
import { type ModelCard, type ModelFile, readModelFile, writeModelFile } from '../predictors/model-file.js';
import type { Weights } from '../predictors/weights.js';

const KINDS = ['index-policy', 'task-policy'] as const;
export type PolicyKind = (typeof KINDS)[number];

const about = z.strictObject({
  /** The task it was trained in, and the task's own parameters. */
  task: z.string().min(1),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Where: named settings, and what differs from them. */
  settings: z.array(z.string().min(1)).min(1),
  engine: z.string().min(1),
  loads: z.array(z.number().positive()).min(1),
  requests: z.int().min(1),
  reward: z.string().min(1),
  /** What it was told about lengths and acceptance. */
  beliefs: z.string().min(1),
  /** The heuristic that it adds to, or that decides what it does not: a spec; with the rules and the draft length that were tuned for that. */
  base: z.string().min(1),
  rules: rulesSchema.partial(),
  /** null: the setting's. */
  gamma: z.int().min(0).nullable(),
  /** The specs it chooses among, in tasks where that is what is chosen. */
  heuristics: z.array(z.string().min(1)),
  /** What it adds to the heuristic, in tasks where it does. */
  heads: z.strictObject({ perRequest: z.array(z.enum(requestHeads)), forAll: z.array(z.enum(engineHeads)) }).nullable(),
});

/** What a policy is, beside its weights. */
export interface PolicyFacts extends Omit<z.output<typeof about>, 'rules'> {
  readonly rules: Partial<Rules>;
}

export interface PolicyFile {
  readonly kind: PolicyKind;
  readonly about: PolicyFacts;
  readonly card: ModelCard;
  readonly weights: Weights;
}

/** The model file that a policy is kept as: its facts stand among the settings. */
export const writePolicyFile = (path: string, { kind, about: facts, card, weights }: PolicyFile): void =>
  writeModelFile(path, {
    kind,
    features: FEATURES_VERSION,
    card,
    weights: { tensors: weights.tensors, settings: { ...weights.settings, about: JSON.stringify(facts) } },
  });

/** @throws Error of one sentence naming the file and what is wrong with it */
export function readPolicyFile(path: string): PolicyFile {
  const { kind: found, features, card, weights }: ModelFile = readModelFile(path);
  const kind = KINDS.find((each) => each === found);
  if (kind === undefined)
    throw new Error(`${path}: holds a model of kind ${JSON.stringify(found)}, expected "${KINDS.join('" or "')}"`);
  if (features !== FEATURES_VERSION)
    throw new Error(
      `${path}: this policy was trained on version ${features} of the observed features, this program shows version ${FEATURES_VERSION}: train it again`,
    );
  const { about: text, ...settings } = weights.settings;
  return { kind, about: readFacts(text, path), card, weights: { tensors: weights.tensors, settings } };
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
