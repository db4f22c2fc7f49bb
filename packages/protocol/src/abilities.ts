/**
 * What jobs may ask of a contributor's agent besides training. An agent says in a header what it can do; one that says
 * nothing is older than all of them. `replay-drawn` is a training done again whose steps hold rows as they are drawn: who
 * finds them as older jobs did would be refused for honest work.
 */
export const abilities = ["replay", "replay-drawn"] as const;

export type Ability = (typeof abilities)[number];

/** Names, separated by commas, in each request of a client that holds a session's token. */
export const abilitiesHeader = "x-trainchain-abilities";
