/** Plays episodes of a training on worker threads, each of them once. */
import { extname } from 'node:path';
import type { Split } from '../../env/workloads/families/family.js';
import type { Talk } from '../cli/command.js';
import { openKeptRuns } from '../kept-runs.js';
import type { Journal } from '../results.js';
import { type EpisodeSetup, type Meeting, openEpisodes, type Played, type Player } from './episodes.js';

/** All episodes of a training, those of an interrupted run included. */
export interface Episodes {
  /** How many were asked for. */
  asked(): number;
  /** What each player came to on each seed. Nothing is played twice. */
  meet(split: Split, players: readonly Player[], seeds: readonly number[]): Promise<Played[][]>;
  /** Lets the threads go; whoever opens the journal again goes on from here. */
  close(): void;
  /** Lets the threads go. The journal is in its final order, which does not depend on who was first. */
  finish(): string;
}

const nameOf = ({ split, index, name }: Pick<Played, 'split' | 'index' | 'name'>): string =>
  `${split} / ${index} / ${name}`;

/** @param onEpisode is told how many are known after each one */
export function openRun(
  setup: EpisodeSetup,
  journal: Journal<Played>,
  talk: Pick<Talk, 'signal' | 'run'>,
  onEpisode: (known: number) => void,
): Episodes {
  const asked = new Set<string>();
  const runs = openKeptRuns<EpisodeSetup, Meeting, Played>({
    module: new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
    setup,
    here: openEpisodes,
    journal,
    talk,
    nameOf,
    onResult: onEpisode,
  });
  return {
    asked: () => asked.size,
    async meet(split, players, seeds) {
      const jobs = seeds.map((index): Meeting => {
        const all = players.map((player) => ({ player, key: nameOf({ split, index, name: player.name }) }));
        for (const { key } of all) asked.add(key);
        return { split, index, players: all.filter(({ key }) => !runs.known.has(key)).map(({ player }) => player) };
      });
      await runs.run(jobs.filter((meeting) => meeting.players.length > 0));
      return players.map(({ name }) => seeds.map((index) => runs.known.get(nameOf({ split, index, name })) as Played));
    },
    close: runs.close,
    finish: () => runs.finish([...runs.known.keys()].sort()),
  };
}
