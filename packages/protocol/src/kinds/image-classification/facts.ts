import { counted, inThrees, type Telling } from "../fact.ts";
import type { ImageSpecSummary } from "./summary.ts";

export const imageTelling: Telling<ImageSpecSummary> = {
  factsOf({ rows, shardRows, classes, imgsz, epochs, exportFormat }) {
    const trainedOn = shardRows.reduce((total, images) => total + images, 0);
    return [
      ["Images", `${inThrees(trainedOn)} to train on, ${inThrees(rows - trainedOn)} hidden`],
      ["Classes", classes.join(", ")],
      ["Image size", `${imgsz} pixels a side`],
      ["Epochs", inThrees(epochs)],
      ["Format", exportFormat === "onnx" ? "ONNX" : `ONNX and ${exportFormat}`],
    ];
  },
  describe: ({ imgsz, epochs, rows, classes, exportFormat }) =>
    `${imgsz} px, ${counted(epochs, "epoch")}, ${rows} images in ${classes.length} classes, as ${exportFormat}`,
};
