/** One way to be paid for what was not done. */
export interface Cheat {
  name: string;
  /** What it takes, in honest trainings. */
  work: number;
  /** What is submitted in place of the CID of a stored, sealed delivery. */
  instead?: "no CID" | "an absent CID" | "the CID of other content";
  /** Whether it is made of another's work. */
  ofOthers?: boolean;
}

const made = (name: string, work: number, more: Partial<Cheat> = {}): Cheat => ({ name, work, ...more });

/** Every cheat of the bench; maker.py makes each by its name. */
export const cheats: readonly Cheat[] = [
  made("no CID", 0, { instead: "no CID" }),
  made("an absent CID", 0, { instead: "an absent CID" }),
  made("the CID of other content", 0, { instead: "the CID of other content" }),
  made("factors scaled against each other", 1),
  made("zero", 0),
  made("random", 0),
  made("random from the job's start", 0),
  made("random within reach", 0),
  made("sign flipped", 1),
  made("scaled by 2.5", 1),
  made("scaled by 10", 1),
  made("scaled within reach", 1),
  made("a tenth of the steps", 0.1),
  made("a third of the steps", 1 / 3),
  made("half of the steps", 0.5),
  made("nine tenths of the steps", 0.9),
  made("half of the rows", 0.5),
  made("a third of the rows", 1 / 3),
  made("rows of its own choice", 1),
  made("shuffled answers", 1),
  made("copy", 0, { ofOthers: true }),
  made("copy with noise 10 %", 0, { ofOthers: true }),
  made("copy with noise 50 %", 0, { ofOthers: true }),
  made("rotated copy", 0, { ofOthers: true }),
  made("average of the others", 0, { ofOthers: true }),
  made("copy trained on its own rows", 0.5, { ofOthers: true }),
  made("two shards trained as one", 0.5, { ofOthers: true }),
  made("on another base model", 1),
  made("of another rank", 1),
  made("of another job", 1),
  made("one foreign row in every step", 1),
  made("extra steps behind the last state", 1.5),
  made("extra steps in the last stage", 1.5),
  made("a forged hash tree", 1),
  made("states withheld", 1),
  made("made-up moments", 1 / 3),
  made("made-up moments within limits", 1 / 3),
  made("no commitment", 1),
];
