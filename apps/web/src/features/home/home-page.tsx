import { Link } from "@tanstack/react-router";
import { ArrowRightIcon, BranchIcon, buttonClasses, CoinIcon, ShieldIcon } from "@trainchain/ui";
import type { ReactNode } from "react";
import { usePageTitle } from "../../shell/page.tsx";
import { FederationPicture } from "./federation-picture.tsx";
import { LiveTotals } from "./live-totals.tsx";

export default function HomePage() {
  usePageTitle("Train models together");
  return (
    <>
      <section className="mx-auto grid max-w-6xl items-center gap-12 px-4 pt-14 pb-16 sm:px-6 sm:pt-20 lg:grid-cols-[1.05fr_1fr]">
        <div className="grid gap-6">
          <p className="w-fit rounded-full border border-line bg-surface px-3 py-1 text-sm text-muted">
            Federated fine-tuning, settled on Polygon
          </p>
          <h1 className="text-4xl font-semibold tracking-[-0.03em] sm:text-6xl">
            Train a model on machines you don’t own.
          </h1>
          <p className="max-w-prose text-lg text-muted">
            Your dataset is split, and each piece is sealed for one contributor. They train side by side, the
            results are checked and merged exactly, and a smart contract pays each of them. No contributor
            ever sees all of your data.
          </p>
          <div className="flex flex-wrap gap-3">
            <Link to="/requester" className={buttonClasses("primary", "large")}>
              Request a training
              <ArrowRightIcon />
            </Link>
            <Link to="/contributor" className={buttonClasses("secondary", "large")}>
              Earn with your machine
            </Link>
          </div>
        </div>
        <FederationPicture />
      </section>

      <section aria-labelledby="figures" className="border-y border-line bg-surface">
        <div className="mx-auto max-w-6xl px-4 py-10 sm:px-6">
          <h2 id="figures" className="sr-only">
            Figures from the chain
          </h2>
          <LiveTotals />
        </div>
      </section>

      <Steps />

      <Promises />

      <section aria-labelledby="pool" className="mx-auto max-w-6xl px-4 pb-20 sm:px-6">
        <div className="flex flex-wrap items-center justify-between gap-6 rounded-card bg-accent-soft p-8 sm:p-10">
          <div className="grid max-w-xl gap-2">
            <h2 id="pool" className="text-2xl font-semibold">
              Who would train your model?
            </h2>
            <p>
              Every contributor’s record is public: jobs completed, how many of those they began, and what
              their machine can do. It is counted from the chain, so nobody can polish it.
            </p>
          </div>
          <Link to="/contributor-pool" className={buttonClasses("primary", "large")}>
            See the contributor pool
          </Link>
        </div>
      </section>
    </>
  );
}

function Steps() {
  return (
    <section aria-labelledby="steps" className="mx-auto max-w-6xl px-4 py-16 sm:px-6">
      <h2 id="steps" className="text-2xl font-semibold sm:text-3xl">
        From a file to a model
      </h2>
      <ol className="mt-8 grid gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(({ title, text }, index) => (
          <li key={title} className="grid content-start gap-2 bg-surface p-6">
            <span className="font-mono text-sm text-accent-text" aria-hidden="true">
              {String(index + 1).padStart(2, "0")}
            </span>
            <h3 className="font-semibold">{title}</h3>
            <p className="text-sm text-muted">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Promises() {
  return (
    <section
      aria-labelledby="promises"
      className="mx-auto grid max-w-6xl gap-8 px-4 pb-16 sm:px-6 lg:grid-cols-3"
    >
      <h2 id="promises" className="sr-only">
        What you can rely on
      </h2>
      {promises.map(({ icon, title, text, to }) => (
        <article key={title} className="grid content-start gap-3 border-t-2 border-accent pt-5">
          <span className="text-accent-text">{icon}</span>
          <h3 className="text-lg font-semibold">{title}</h3>
          <p className="text-muted">{text}</p>
          <p>
            <Link
              to="/docs/$slug"
              params={{ slug: to }}
              className="text-sm font-medium text-accent-text underline-offset-4 hover:underline"
            >
              How it works<span className="sr-only">: {title}</span> →
            </Link>
          </p>
        </article>
      ))}
    </section>
  );
}

const steps = [
  {
    title: "Drop a dataset",
    text: "It is checked in your browser, line by line, before anything is sent. You see every problem and how to mend it.",
  },
  {
    title: "Stake the reward",
    text: "One signature puts it into the escrow, with the terms: how many contributors, by when, and who judges.",
  },
  {
    title: "Watch it train",
    text: "Each contributor trains a LoRA adapter on its own sealed shard. You follow every loss curve as it falls.",
  },
  {
    title: "Get the merged model",
    text: "Adapters are verified, merged exactly and measured on rows nobody trained on. Then everybody is paid.",
  },
];

const promises: { icon: ReactNode; title: string; text: string; to: string }[] = [
  {
    icon: <ShieldIcon />,
    title: "Nobody sees all of your data",
    text: "A contributor gets one shard and the key to it; storage and the public see ciphertext. The platform itself splits and checks, so it can read the data: we say so plainly.",
    to: "trust-model",
  },
  {
    icon: <BranchIcon />,
    title: "A merge that is right",
    text: "Averaging the factors of several adapters damages the model. Here the products are added and decomposed again, and the result is measured beside its base.",
    to: "federation",
  },
  {
    icon: <CoinIcon />,
    title: "Money that cannot get stuck",
    text: "Every job ends, whoever vanishes: deadlines release slots, anybody may settle, and what was not earned goes back. There is no owner who could take it.",
    to: "job-lifecycle",
  },
];
