/** "3 h 20 min", "45 s": a length of time as people say it. */
export function formatDuration(totalSeconds: number): string {
  const seconds = Math.max(0, Math.round(totalSeconds));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} days` : `${days} days ${hours % 24} h`;
}

export const formatPercent = (share: number) => `${Math.round(share * 100)} %`;

/** A model's name without the folder or account that it comes from. */
export function modelName(id: string | undefined | null): string {
  return id?.split(/[\\/]/).at(-1) ?? "unknown model";
}
