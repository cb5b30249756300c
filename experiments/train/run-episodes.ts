/** Plays episodes of a training on worker threads, one by one into a journal that an interrupted run goes on from. */
import { extname } from 'node:path';
import type { Split } from '../../env/workloads/families/family.js';
import type { Talk } from '../cli/command.js';
import { Interrupted } from '../cli/exit.js';
import { createPool } from '../pool.js';
import type { Journal } from '../results.js';
import { type EpisodeSetup, type Meeting, openEpisodes, type Played, type Player } from './episodes.js';

/** All episodes of a training, those of an interrupted run included. */
export interface Episodes {
  /** How many were asked for. */
  asked(): number;
  /** What each player came to on each seed. Nothing is played twice. */
  meet(split: Split, players: readonly Player[], seeds: readonly number[]): Promise<Played[][]>;
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
  const known = new Map(journal.before.map((played) => [nameOf(played), played]));
  const asked = new Set<string>();
  const pool = createPool<EpisodeSetup, Meeting, Played>({
    module: new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
    setup,
    here: openEpisodes,
    workers: talk.run.workers,
    signal: talk.signal,
    onResult(played) {
      known.set(nameOf(played), played);
      journal.add(played);
      onEpisode(known.size);
    },
  });
  return {
    asked: () => asked.size,
    async meet(split, players, seeds) {
      const jobs = seeds.map((index): Meeting => {
        const all = players.map((player) => ({ player, key: nameOf({ split, index, name: player.name }) }));
        for (const { key } of all) asked.add(key);
        return { split, index, players: all.filter(({ key }) => !known.has(key)).map(({ player }) => player) };
      });
      try {
        await pool.run(jobs.filter((meeting) => meeting.players.length > 0));
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        throw new Interrupted(
          `${known.size} episodes are kept in ${journal.file}; the same command goes on from there`,
        );
      }
      return players.map(({ name }) => seeds.map((index) => known.get(nameOf({ split, index, name })) as Played));
    },
    finish() {
      pool.close();
      return journal.finish([...asked].sort().map((key) => known.get(key) as Played));
    },
  };
}
