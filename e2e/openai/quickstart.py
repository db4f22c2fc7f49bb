"""A script as it was written for OpenAI: where to and with which key stands in OPENAI_BASE_URL and OPENAI_API_KEY.

python quickstart.py rows.jsonl
"""

import json
import sys
import time

from openai import OpenAI

client = OpenAI()

with open(sys.argv[1], "rb") as rows:
    file = client.files.create(file=rows, purpose="fine-tune")

job = client.fine_tuning.jobs.create(
    training_file=file.id,
    model="gpt-4o-mini-2024-07-18",
    hyperparameters={"n_epochs": 1, "batch_size": 4, "learning_rate_multiplier": 2},
    metadata={"made": "in Python"},
)

while job.status not in ("succeeded", "failed", "cancelled"):
    time.sleep(0.5)
    job = client.fine_tuning.jobs.retrieve(job.id)

completion = client.chat.completions.create(
    model=job.fine_tuned_model,
    messages=[{"role": "user", "content": "Name three colours."}],
    temperature=0,
    max_tokens=12,
)

print(
    json.dumps(
        {
            "job": job.to_dict(),
            "jobs": [one.id for one in client.fine_tuning.jobs.list(limit=1)],
            "named": [one.id for one in client.fine_tuning.jobs.list(metadata={"made": "in Python"})],
            "events": [event.message for event in client.fine_tuning.jobs.list_events(job.id, limit=50)],
            "models": [model.id for model in client.models.list()],
            "metrics": client.files.content(job.result_files[0]).text,
            "files": [one.id for one in client.files.list(purpose="fine-tune")],
            "completion": completion.to_dict(),
        }
    )
)
