/**
 * Words and pairs of words that say something about the answer's length, in groups: a feature is how often a group's words occur.
 *
 * The lists are ours, from what instructions ask for; languages are told by a few of their commonest words. A pair counts beside
 * its words. A word belongs to one group.
 */
import { hashOf } from './characters.js';

export const CUES = {
  brief:
    'brief briefly short shortly concise concisely succinct succinctly quick quickly simple simply summary tldr terse',
  long: 'long longer detailed detail details thorough thoroughly comprehensive extensive elaborate complete full lengthy depth',
  longPair: 'in-detail in-depth step-by as-much as-many at-length long-form very-long deep-dive',
  single: 'only just single exactly one-word one-sentence single-word single-sentence nothing-else',
  choice:
    'yes-or true-or or-false or-no which-of multiple-choice following-options correct-answer correct-option options option',
  classify:
    'classify categorize categorise identify label detect determine decide predict sentiment category class tag rate rank sort',
  extract:
    'extract find select choose pick underline highlight match fill replace remove insert add count arrange order',
  convert:
    'convert translate change transform turn correct fix edit rewrite rephrase paraphrase reword proofread spell punctuate',
  compute:
    'calculate compute solve evaluate multiply divide subtract sum simplify equation percent total average probability',
  quantity: 'how-many how-much how-long how-old how-far how-tall how-big how-often what-year what-time what-day',
  fact: 'who when where whose whom capital founded invented born died located',
  factPair:
    'what-is who-is who-was when-did when-was where-is what-are is-it is-there are-there what-was which-is name-of what-does',
  name: 'name state term synonym synonyms antonym antonyms word title headline slogan tagline tweet caption hashtag acronym rhyme',
  list: 'list lists bullet bullets items enumerate table tables schedule itinerary menu checklist csv json spreadsheet',
  plural:
    'ways ideas tips reasons examples facts steps questions things points names suggestions methods types strategies benefits',
  explain:
    'explain why describe discuss how understand difference differences compare contrast analyze analyse meaning mean works',
  advise:
    'should can could help advice advise suggest recommend recommendation recommendations best better need want tips-for how-to how-do how-can',
  summarize: 'summarize summarise shorten condense main-idea key-points main-points abstract takeaways',
  compose: 'write compose draft create generate craft make design develop produce prepare build',
  essay:
    'essay article blog report paper speech chapter thesis proposal review lecture book guide tutorial documentation',
  story:
    'story stories poem song lyrics script dialogue dialog scene novel fairy tale joke haiku limerick rap conversation screenplay',
  mail: 'email mail letter message cover resume announcement post advertisement ad bio biography description',
  plan: 'plan plans planning strategy roadmap business workout course curriculum lesson recipe cook recipes trip',
  code: 'code function program python javascript java html css sql script class method algorithm bash regex react api query implement c rust php',
  bug: 'error bug debug exception fails failed stack trace install server docker linux windows database git',
  maths: 'theorem proof prove integral derivative matrix vector graph triangle algebra geometry sequence formula',
  role: 'act you-are pretend imagine roleplay assume persona assistant as-a role character play',
  given: 'given following below text passage paragraph sentence sentences input output context article based based-on',
  request: 'please thanks thank hello hi hey kindly me i my we our us',
  you: 'you your yourself',
  person: 'he she his her him they their them',
  past: 'was were had did been',
  each: 'each every both all any other others pros cons advantages disadvantages',
  english: 'the of and to in is that it for with on are be this a an',
  german: 'der die das und ist nicht ein eine ich wie mit auf für von',
  french: 'le la les des est et un une que pour dans je est-ce qui du',
  spanish: 'el los las que es en y por para una como qué con de',
  portuguese: 'o os que é em e uma como não do da um',
  italian: 'il di che è per un una come non gli sono del',
  dutch: 'het een van en dat niet ik hoe met voor',
  russian: 'и в не на что как это я с по',
} as const;

/** What a number counts. */
export const UNITS = {
  words: 'word words',
  sentences: 'sentence sentences',
  paragraphs: 'paragraph paragraphs',
  lines: 'line lines verse verses stanza stanzas',
  pages: 'page pages chapter chapters',
  characters: 'character characters letter letters',
  items: `item items ${CUES.plural} bullet bullets people places books movies songs recipes quotes jokes countries companies foods activities`,
} as const;

/** Numbers in words. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ a: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11 },
  ...{ twelve: 12, dozen: 12, fifteen: 15, twenty: 20, thirty: 30, fifty: 50, hundred: 100, thousand: 1000, couple: 2 },
};

/** Values by hash: what is not in it is 0. */
interface Lexicon {
  at(hash: number): number;
}

/** @param entries words or pairs with values > 0; the first value of a word stands */
function lexicon(entries: readonly (readonly [words: string, value: number])[]): Lexicon {
  const slots = 2 ** Math.ceil(Math.log2(4 * entries.length));
  const hashes = new Int32Array(slots);
  const values = new Int32Array(slots);
  const mask = slots - 1;
  const slotOf = (hash: number): number => {
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (values[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  };
  for (const [words, value] of entries) {
    const hash = hashOf(words);
    const slot = slotOf(hash);
    if (values[slot] !== 0) continue;
    hashes[slot] = hash;
    values[slot] = value;
  }
  return { at: (hash) => values[slotOf(hash)] };
}

/** Words of groups with the group's number, from 1 on. A hyphen stands between the words of a pair. */
const grouped = (groups: Readonly<Record<string, string>>): Lexicon =>
  lexicon(
    Object.values(groups).flatMap((words, k) =>
      words.split(' ').map((word) => [word.replace('-', ' '), k + 1] as const),
    ),
  );

export const cueOf = grouped(CUES);
export const unitOf = grouped(UNITS);
export const numberOf = lexicon(Object.entries(NUMBERS));
