/** An engine on hardware, as data: preset and rules, model and GPU card, how it drafts. */

import { constantStep } from '../serving/cost/affine.js';
import { type CostModel, type CpuCost, type DraftCost, noCpu, noDraftCost } from '../serving/cost/cost.js';
import { rooflineCost } from '../serving/cost/roofline.js';
import {
  blockTransferMicros,
  type GpuCard,
  loadGpu,
  loadModel,
  type ModelCard,
  poolBlocks,
} from '../serving/hardware.js';
import { type PresetName, preset, presets } from '../serving/presets.js';
import type { Rules } from '../serving/rules.js';
import type { Micros } from '../time.js';

/** Best fixed draft lengths are sought in 0 … 8. */
export const LONGEST_DRAFT = 8;

/** What makes an iteration last as long as it does, and what limits it. Fields left out take the value in brackets. */
export interface HardwareData {
  /** Cards by name or file. */
  readonly model: string;
  readonly gpu: string;
  /** [1] */
  readonly tensorParallel?: number | undefined;
  /** [what the GPU holds] */
  readonly kvBlocks?: number | undefined;
  /** [no CPU time] */
  readonly cpu?: CpuCost | undefined;
  /** [proposing is free] */
  readonly draftCost?: DraftCost | undefined;
  /** Every iteration lasts so many µs, whatever the cards say: the mode of queueing theory. [what the cards say] */
  readonly step?: Micros | undefined;
}

/** Hardware, and the rules of the engine on it. */
export interface Deployment extends HardwareData {
  readonly engine: PresetName;
  /** Rules that differ from the preset's. */
  readonly rules?: Partial<Rules>;
  readonly draft: Proposer;
}

/** Who proposes drafts. */
export type Proposer = 'none' | 'eagle' | 'ngram';

export interface DeployedHardware {
  readonly gpu: GpuCard;
  readonly model: ModelCard;
  readonly cost: CostModel;
  /** Rules that follow from the hardware. */
  readonly limits: Partial<Rules>;
}

/** @throws Error that names the card, or says that the model does not fit */
export function deployHardware(given: HardwareData): DeployedHardware {
  const { tensorParallel = 1, cpu = noCpu, draftCost: draft = noDraftCost, step } = given;
  const gpu = loadGpu(given.gpu);
  const model = loadModel(given.model);
  const transfer = blockTransferMicros(model, { tensorParallel });
  return {
    gpu,
    model,
    cost: step === undefined ? rooflineCost(gpu, model, { tensorParallel, cpu, draft }) : constantStep(step),
    limits: {
      blocks: given.kvBlocks ?? poolBlocks(gpu, model, { tensorParallel }),
      tokenBudget: gpu.serverTokenBudget,
      maxBatch: gpu.serverMaxBatch,
      maxModelLen: model.maxModelLen,
      outMicros: transfer,
      backMicros: transfer,
    },
  };
}

/** Rules for drafts of γ tokens. */
export const draftRules = (draft: Proposer, gamma: number): Partial<Rules> =>
  draft === 'none' ? {} : { drafts: gamma, maxDrafts: Math.max(gamma, LONGEST_DRAFT), proposer: draft };

/** The rules of a deployment at a draft length. Presets with memory without limit keep their own limits. */
export function deployedRules({ engine, rules, draft }: Deployment, limits: Partial<Rules>, gamma: number): Rules {
  const own = presets[engine].blocks === Infinity ? {} : limits;
  return preset(engine, { ...own, ...draftRules(draft, gamma), ...rules });
}
