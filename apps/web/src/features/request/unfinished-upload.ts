/** What tells one upload from another: the same file, unchanged, of the same wallet. */
export interface UploadKey {
  wallet: string;
  file: File;
}

const nameOf = ({ wallet, file }: UploadKey) =>
  `trainchain-upload/${wallet}/${file.name}/${file.size}/${file.lastModified}`;

/** The id of an upload that was begun in this browser and not used yet. */
export function findUpload(key: UploadKey): string | undefined {
  return localStorage.getItem(nameOf(key)) ?? undefined;
}

export function keepUpload(key: UploadKey, id: string): void {
  localStorage.setItem(nameOf(key), id);
}

export function forgetUpload(key: UploadKey): void {
  localStorage.removeItem(nameOf(key));
}

/** Uploads that a wallet began in this browser and that no request was made of yet. */
export function listUploads(wallet: string): { fileName: string; id: string }[] {
  const start = `trainchain-upload/${wallet}/`;
  return Object.entries(localStorage)
    .filter(([name]) => name.startsWith(start))
    .map(([name, id]) => ({ fileName: name.slice(start.length).replace(/\/\d+\/\d+$/, ""), id }));
}
