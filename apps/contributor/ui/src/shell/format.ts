export const formatPercent = (share: number) => `${Math.round(share * 100)} %`;

/** A model's name without the folder or account that it comes from. */
export function modelName(id: string | undefined | null): string {
  return id?.split(/[\\/]/).at(-1) ?? "unknown model";
}
