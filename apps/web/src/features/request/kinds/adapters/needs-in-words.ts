import { counted, type HardwareNeeds } from "@trainchain/protocol";

/** What a contributor's machine must have, as a sentence without its end; `onCpu`: whether only processors may train. */
export function needsInWords(
  { gpu, cpu }: { gpu: HardwareNeeds; cpu: HardwareNeeds },
  onCpu: boolean,
): string {
  const cores = counted(cpu.cores, "core");
  if (onCpu) return `Each contributor needs ${cpu.ramGb} GB of memory and a processor of ${cores}`;
  const onGpu = gpu.vramGb > 0 ? `${gpu.vramGb} GB of graphics memory, or ` : "";
  return `Each contributor needs ${onGpu}${cpu.ramGb} GB of memory and ${cores}${onGpu && " without a graphics card"}`;
}
