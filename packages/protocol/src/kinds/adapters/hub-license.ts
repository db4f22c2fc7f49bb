/** The licences that hubs know by SPDX's name in small letters. */
const known = /^(apache-2\.0|mit|bsd-[23]-clause|cc-by(-sa|-nc)?-4\.0|gemma|llama[\d.]+)$/i;

/** A licence as the front matter of a hub's model card says it: one or two lines of YAML, each with its line's end. */
export function hubLicense(license: string): string {
  if (known.test(license)) return `license: ${license.toLowerCase()}\n`;
  return `license: other\nlicense_name: ${JSON.stringify(license)}\n`;
}
