/**
 * What jobs may ask of a contributor's agent besides training. An agent says in a header what it can do; one that says
 * nothing is older than all of them. The number of `replay` grows with each change of what a training's steps are (PLAN in
 * trainer/step_plan.py): who draws rows otherwise would be refused for honest work.
 */
export const abilities = ["replay-2"] as const;

export type Ability = (typeof abilities)[number];

/** Names, separated by commas, in each request of a client that holds a session's token. */
export const abilitiesHeader = "x-trainchain-abilities";
