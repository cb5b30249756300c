/** All rules that `checkEnv` goes through. */
import type { Rule } from './rule.js';
import { actionRules, legalAccepted } from './rules/actions.js';
import { contractRules, habitRules } from './rules/contract.js';
import { closeRules, episodeRules } from './rules/episodes.js';
import { forkRules } from './rules/fork.js';
import { maskFormRules, maskRules } from './rules/masks.js';
import { memoryFlat } from './rules/memory.js';
import { parityRules } from './rules/parity.js';
import { renders } from './rules/render.js';
import { resetPair, resetRules } from './rules/reset.js';
import { reuseRules } from './rules/reuse.js';
import { seedingRules } from './rules/seeding.js';
import { sampleRules, spaceRules } from './rules/spaces.js';
import { stepFive, stepRules } from './rules/step.js';
import { timeRules } from './rules/time.js';

/** Rules in stages: those of a stage rely on all before it. */
export const stages: readonly (readonly Rule[])[] = [
  contractRules,
  [...habitRules, ...spaceRules],
  sampleRules,
  [resetPair],
  resetRules,
  maskFormRules,
  [stepFive],
  [legalAccepted],
  stepRules,
  [...reuseRules, ...maskRules],
  [...seedingRules, ...actionRules, ...timeRules, ...parityRules, ...forkRules, ...episodeRules, renders, memoryFlat],
  closeRules,
];

/** Every rule with its name and its sentence. */
export const rules: readonly Rule[] = stages.flat();
