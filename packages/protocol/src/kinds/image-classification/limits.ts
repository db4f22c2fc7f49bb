/** What an image job may ask for; the browser's form and the request's schema share it. */
export const imageLimits = {
  epochs: { least: 1, most: 300 },
  /** Side of the square that images are scaled to, in pixels: a multiple of `step`, the network's coarsest stride. */
  imgsz: { least: 32, most: 640, step: 32 },
  classes: { least: 2, most: 1_000 },
} as const;

export const mostClassNameLength = 64;

/**
 * A class is a folder's name on every system and one item of a list between commas: letters and digits of any
 * script, then also space and . _ ( ) + & ' - but neither space nor dot at the end.
 */
export const classNamePattern = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} ._()+&'-]*[\p{L}\p{N}\p{M}_()+&'-])?$/u;

/** Names that Windows keeps for devices. */
export const reservedName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export function isClassName(name: string): boolean {
  return name.length <= mostClassNameLength && classNamePattern.test(name) && !reservedName.test(name);
}
