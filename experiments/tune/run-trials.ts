/** Runs trials on worker threads, one by one into a journal that an interrupted run goes on from. */
import { extname } from 'node:path';
import type { Split } from '../../env/workloads/families/family.js';
import type { Talk } from '../cli/command.js';
import { openKeptRuns } from '../kept-runs.js';
import type { Journal } from '../results.js';
import { type Contender, nameOf } from './contender.js';
import { type Arena, type Figures, type Meeting, openArena, type Trial, trialName } from './trials.js';

/** All trials of a run, those of an interrupted one included. */
export interface Trials {
  /** How many there are. */
  count(): number;
  /** Runs what is not known yet; afterwards every contender has figures on seeds 0 … to − 1. */
  meet(split: Split, contenders: readonly Contender[], seeds: readonly number[]): Promise<void>;
  of(split: Split, contender: Contender, index: number): Figures;
  /** Lets the threads go. The journal is in its final order, which does not depend on who was first. */
  finish(): string;
}

/** @param onTrial is told how many trials are known after each one */
export function openTrials(
  arena: Arena,
  journal: Journal<Trial>,
  talk: Pick<Talk, 'signal' | 'run'>,
  onTrial: (known: number) => void = () => {},
): Trials {
  const kept = openKeptRuns<Arena, Meeting, Trial>({
    module: new URL(`./trial-worker${extname(import.meta.url)}`, import.meta.url),
    setup: arena,
    here: openArena,
    journal,
    talk,
    nameOf: trialName,
    onResult: onTrial,
  });
  const { known } = kept;
  const name = (split: Split, contender: Contender, index: number): string =>
    trialName({ split, index, name: nameOf(contender) });
  return {
    count: () => known.size,
    of(split, contender, index) {
      const trial = known.get(name(split, contender, index));
      if (!trial) throw new Error(`${name(split, contender, index)} has not been run`);
      return trial.figures;
    },
    finish: () => kept.finish([...known.keys()].sort()),
    meet(split, contenders, seeds) {
      const missing = (index: number): Meeting => ({
        split,
        index,
        contenders: contenders.filter((contender) => !known.has(name(split, contender, index))),
      });
      return kept.run(seeds.map(missing).filter((meeting) => meeting.contenders.length > 0));
    },
  };
}
