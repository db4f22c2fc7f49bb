import { createReadStream } from "node:fs";
import OpenAI from "openai";

// A script as it was written for OpenAI: where to and with which key stands in OPENAI_BASE_URL and OPENAI_API_KEY.
const [trainingFile = ""] = process.argv.slice(2);
const client = new OpenAI();

const file = await client.files.create({ file: createReadStream(trainingFile), purpose: "fine-tune" });

let job = await client.fineTuning.jobs.create({
  training_file: file.id,
  model: "gpt-4o-mini-2024-07-18",
  suffix: "house style",
  seed: 7,
  method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 1 } } },
});
console.log(JSON.stringify({ created: job }));

while (job.status !== "succeeded" && job.status !== "failed" && job.status !== "cancelled") {
  await new Promise((resolve) => setTimeout(resolve, 500));
  job = await client.fineTuning.jobs.retrieve(job.id);
}

const events: OpenAI.FineTuning.FineTuningJobEvent[] = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 5 })) events.push(event);
const checkpoints = await client.fineTuning.jobs.checkpoints.list(job.id);

if (job.fine_tuned_model === null) throw new Error(`${job.error?.code}: ${job.error?.message}`);
const asked = {
  model: job.fine_tuned_model,
  messages: [
    { role: "system" as const, content: "You answer briefly." },
    { role: "user" as const, content: "Name three colours." },
  ],
  temperature: 0,
  max_tokens: 12,
};
const completion = await client.chat.completions.create(asked);
let streamed = "";
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
  streamed += chunk.choices[0]?.delta.content ?? "";

console.log(JSON.stringify({ job, events, checkpoints: checkpoints.data, completion, streamed }));
