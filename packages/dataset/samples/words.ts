export const names = [
  "Anna",
  "Ben",
  "Carla",
  "David",
  "Elif",
  "Farid",
  "Grace",
  "Hugo",
  "Ines",
  "Jonas",
  "Kofi",
  "Lena",
] as const;
export const places = [
  "river",
  "market",
  "school",
  "station",
  "harbour",
  "library",
  "garden",
  "bridge",
] as const;
export const times = ["in the morning", "at noon", "in the evening", "on Sunday", "last winter"] as const;
export const colours = ["red", "blue", "green", "white", "black", "brown", "grey"] as const;
export const animals = [
  "cat",
  "dog",
  "horse",
  "fox",
  "owl",
  "duck",
  "goat",
  "mouse",
  "bear",
  "sheep",
] as const;
export const foods = [
  "bread",
  "cheese",
  "rice",
  "soup",
  "apples",
  "carrots",
  "honey",
  "milk",
  "pasta",
  "tea",
] as const;

export const verbs = [
  { base: "wait", present: "waits", past: "waited" },
  { base: "sing", present: "sings", past: "sang" },
  { base: "read", present: "reads", past: "read" },
  { base: "work", present: "works", past: "worked" },
  { base: "sleep", present: "sleeps", past: "slept" },
  { base: "paint", present: "paints", past: "painted" },
  { base: "dance", present: "dances", past: "danced" },
  { base: "eat", present: "eats", past: "ate" },
] as const;

export const units = [
  { from: "hours", to: "minutes", factor: 60 },
  { from: "days", to: "hours", factor: 24 },
  { from: "weeks", to: "days", factor: 7 },
  { from: "metres", to: "centimetres", factor: 100 },
  { from: "kilometres", to: "metres", factor: 1_000 },
  { from: "kilograms", to: "grams", factor: 1_000 },
  { from: "years", to: "months", factor: 12 },
] as const;

export const capitals = [
  ["France", "Paris"],
  ["Germany", "Berlin"],
  ["Spain", "Madrid"],
  ["Italy", "Rome"],
  ["Portugal", "Lisbon"],
  ["Austria", "Vienna"],
  ["Greece", "Athens"],
  ["Poland", "Warsaw"],
  ["Norway", "Oslo"],
  ["Sweden", "Stockholm"],
  ["Finland", "Helsinki"],
  ["Denmark", "Copenhagen"],
  ["Ireland", "Dublin"],
  ["Japan", "Tokyo"],
  ["Kenya", "Nairobi"],
  ["Egypt", "Cairo"],
  ["Ghana", "Accra"],
  ["Peru", "Lima"],
  ["Chile", "Santiago"],
  ["Cuba", "Havana"],
  ["Canada", "Ottawa"],
  ["India", "New Delhi"],
  ["Nepal", "Kathmandu"],
  ["Thailand", "Bangkok"],
] as const;

export const opposites = [
  ["hot", "cold"],
  ["big", "small"],
  ["fast", "slow"],
  ["early", "late"],
  ["light", "dark"],
  ["old", "young"],
  ["full", "empty"],
  ["open", "closed"],
  ["loud", "quiet"],
  ["wet", "dry"],
  ["high", "low"],
  ["long", "short"],
  ["near", "far"],
  ["rich", "poor"],
  ["soft", "hard"],
  ["clean", "dirty"],
] as const;

export const categories: Record<string, readonly string[]> = {
  "days of the week": ["Monday", "Tuesday", "Wednesday", "Thursday"],
  "months of the year": ["January", "February", "March", "April"],
  "seasons of the year": ["spring", "summer", "autumn", "winter"],
  planets: ["Mercury", "Venus", "Earth", "Mars"],
  metals: ["iron", "copper", "silver", "gold"],
  fruits: ["apple", "banana", "cherry", "grape"],
  colours: ["red", "yellow", "green", "blue"],
  shapes: ["circle", "square", "triangle", "star"],
};
