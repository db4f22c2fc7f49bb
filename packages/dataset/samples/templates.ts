import type { DatasetRow } from "../src/dataset-row.ts";
import {
  animals,
  capitals,
  categories,
  colours,
  foods,
  names,
  opposites,
  places,
  times,
  units,
  verbs,
} from "./words.ts";

/** Makes one row; the same draws make the same row. */
/** A whole number from 0 up to, and without, `below`. */
export type Random = (below: number) => number;

export type Template = (random: Random) => DatasetRow;

function row(instruction: string, input: string, output: string): DatasetRow {
  return { instruction, input, output };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)]!;
}

/** Different members of a list, in drawn order. */
function pickSeveral<T>(random: Random, from: readonly T[], count: number): T[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(random(left.length), 1)[0]!);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a, b and c" */
function joined(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export function convertUnits(random: Random): DatasetRow {
  const { from, to, factor } = pick(random, units);
  const amount = 1 + random(20);
  return row(
    `Convert ${amount} ${from} to ${to}.`,
    "",
    `${amount} ${from} are ${amount * factor} ${to}, because one of them has ${factor} ${to}.`,
  );
}

export function nameCapital(random: Random): DatasetRow {
  const [country, capital] = pick(random, capitals);
  const asked = pick(random, [`What is the capital of ${country}?`, `Name the capital city of ${country}.`]);
  return row(asked, "", `The capital of ${country} is ${capital}.`);
}

export function nameCountry(random: Random): DatasetRow {
  const [country, capital] = pick(random, capitals);
  return row(
    "Say which country this city is the capital of.",
    capital,
    `${capital} is the capital of ${country}.`,
  );
}

export function add(random: Random): DatasetRow {
  const [a, b] = [1 + random(30), 1 + random(30)];
  return row(`Add ${a} and ${b}.`, "", `The sum of ${a} and ${b} is ${a + b}.`);
}

export function multiply(random: Random): DatasetRow {
  const [a, b] = [2 + random(9), 2 + random(9)];
  return row(`Multiply ${a} by ${b}.`, "", `The product of ${a} and ${b} is ${a * b}.`);
}

export function compareNumbers(random: Random): DatasetRow {
  const [a, b] = pickSeveral(
    random,
    Array.from({ length: 90 }, (_, index) => index + 10),
    2,
  ) as [number, number];
  return row("Which number is larger?", `${a} or ${b}`, `The larger number is ${Math.max(a, b)}.`);
}

function summarise(random: Random): DatasetRow {
  const [name, verb, place, time] = [
    pick(random, names),
    pick(random, verbs),
    pick(random, places),
    pick(random, times),
  ];
  const [colour, animal] = [pick(random, colours), pick(random, animals)];
  const story = `${capitalised(time)}, ${name} ${verb.past} at the ${place}. A ${colour} ${animal} watched for a while and then went away.`;
  return row("Summarise this in one short sentence.", story, `${name} ${verb.past} at the ${place}.`);
}

function findWho(random: Random): DatasetRow {
  const [first, second] = pickSeveral(random, names, 2) as [string, string];
  const [verb, other] = pickSeveral(random, verbs, 2) as [(typeof verbs)[number], (typeof verbs)[number]];
  const text = `${first} ${verb.past} while ${second} ${other.past}.`;
  return row(`Who ${verb.past}?`, text, `${first} ${verb.past}.`);
}

export function toPast(random: Random): DatasetRow {
  const [name, verb, place] = [pick(random, names), pick(random, verbs), pick(random, places)];
  return row(
    "Rewrite in the past tense.",
    `${name} ${verb.present} at the ${place}.`,
    `${name} ${verb.past} at the ${place}.`,
  );
}

export function toQuestion(random: Random): DatasetRow {
  const [name, verb, place] = [pick(random, names), pick(random, verbs), pick(random, places)];
  return row(
    "Turn this into a question.",
    `${name} ${verb.past} at the ${place}.`,
    `Did ${name} ${verb.base} at the ${place}?`,
  );
}

export function sayOpposite(random: Random): DatasetRow {
  const [word, opposite] = pick(random, opposites);
  return row("Give the opposite of the word.", word, `The opposite of ${word} is ${opposite}.`);
}

export function listThings(random: Random): DatasetRow {
  const [category, members] = pick(random, Object.entries(categories));
  const count = 2 + random(3);
  const chosen = members.slice(0, count);
  return row(
    `List ${count} ${category}.`,
    "",
    chosen.map((member, index) => `${index + 1}. ${member}`).join("\n"),
  );
}

export function sortWords(random: Random): DatasetRow {
  const words = pickSeveral(random, [...foods, ...animals], 3);
  return row("Sort these words by the alphabet.", words.join(", "), words.toSorted().join(", "));
}

export function classify(random: Random): DatasetRow {
  const isFood = random(2) === 0;
  const word = pick(random, isFood ? foods : animals);
  return row(
    "Is this an animal or a food?",
    capitalised(word),
    `${capitalised(word)} is ${isFood ? "a food" : "an animal"}.`,
  );
}

function writeUpperCase(random: Random): DatasetRow {
  const words = `${pick(random, colours)} ${pick(random, animals)}`;
  return row("Write this in capital letters.", words, words.toUpperCase());
}

function countWords(random: Random): DatasetRow {
  const words = pickSeveral(random, [...colours, ...animals, ...foods], 2 + random(4));
  return row("Count the words.", words.join(" "), `There are ${words.length} words.`);
}

export function planMeal(random: Random): DatasetRow {
  const chosen = pickSeveral(random, foods, 3);
  return row(
    "Write a shopping note for these things.",
    chosen.join("; "),
    `Please buy ${joined(chosen)}. Thank you!`,
  );
}

export function thankSomebody(random: Random): DatasetRow {
  const [name, food] = [pick(random, names), pick(random, foods)];
  return row(
    `Write a thank-you note to ${name} for the ${food}.`,
    "",
    `Dear ${name}, thank you very much for the ${food}. It was a joy. Best wishes!`,
  );
}

export function nextInSequence(random: Random): DatasetRow {
  const [start, step] = [1 + random(20), 2 + random(8)];
  const numbers = [0, 1, 2, 3].map((index) => start + index * step);
  return row(
    "Continue the sequence with one number.",
    numbers.join(", "),
    `The next number is ${start + 4 * step}, because each is ${step} more than the one before.`,
  );
}

function fixSentence(random: Random): DatasetRow {
  const [name, verb, place] = [pick(random, names), pick(random, verbs), pick(random, places)];
  const good = `${name} ${verb.past} at the ${place}.`;
  return row("Correct the capital letters and the full stop.", good.toLowerCase().slice(0, -1), good);
}

/** In the order in which the sample takes them. */
export const templates: readonly Template[] = [
  convertUnits,
  nameCapital,
  add,
  summarise,
  toPast,
  sayOpposite,
  sortWords,
  multiply,
  findWho,
  classify,
  toQuestion,
  listThings,
  nameCountry,
  compareNumbers,
  writeUpperCase,
  countWords,
  planMeal,
  thankSomebody,
  nextInSequence,
  fixSentence,
];
