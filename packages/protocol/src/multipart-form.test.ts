import { expect, test } from "vitest";
import { multipartForm } from "./multipart-form.ts";

test("a form is read by others as it was written, whatever its names hold", async () => {
  const blob = new Blob([new Uint8Array([0, 13, 10, 45, 45, 255])], { type: "application/vnd.ipld.car" });
  const form = multipartForm(
    { name: 'ein "Name"\r\nmit Ümlaut', car: "true" },
    { field: "file", blob, fileName: 'a"b\n.car' },
  );
  const read = await new Response(form).formData();
  expect([...read.keys()]).toEqual(["name", "car", "file"]);
  expect(read.get("name")).toBe('ein "Name"\r\nmit Ümlaut');
  const file = read.get("file") as File;
  expect(file.name).toBe('a"b\n.car');
  expect(file.type).toBe("application/vnd.ipld.car");
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array([0, 13, 10, 45, 45, 255]));
});
