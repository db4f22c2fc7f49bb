import type { AppSettings } from "@trainchain/protocol";

/** The Python side: where its environment and scripts are, and with what it runs. */
export interface TrainerSetup {
  envDir: string;
  /** The folder of train_llm.py and preflight.py. */
  scriptDir: string;
  /** Folders of base models on this machine, beside the one that comes with the scripts. */
  modelDirs?: readonly string[] | undefined;
  device: string;
  cores: number | undefined;
  /** Hours of the local day outside which training is held; none when null or absent. */
  hours?: AppSettings["hours"];
  /** How far a trainer stands back for other programs: 0 as they do, up to 19. */
  niceness?: number;
  /** Starts after which a trainer that comes no further is given up. */
  maxCrashes: number;
}
