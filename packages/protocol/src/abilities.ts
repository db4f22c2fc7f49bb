/**
 * What jobs may ask of a contributor's agent besides training. An agent says in a header what it can do; one that says
 * nothing is older than all of them.
 */
export const abilities = ["replay"] as const;

export type Ability = (typeof abilities)[number];

/** Names, separated by commas, in each request of a client that holds a session's token. */
export const abilitiesHeader = "x-trainchain-abilities";
