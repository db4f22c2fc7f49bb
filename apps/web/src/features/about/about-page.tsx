import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Cell, HeaderCell, Row, Table, TableBody, TableHead } from "@trainchain/ui";
import type { ReactNode } from "react";
import { configQuery } from "../../api/open-queries.ts";
import { Page } from "../../shell/page.tsx";

export default function AboutPage() {
  return (
    <Page
      title="About TrainChain"
      lead="An open marketplace for training AI models on other people’s hardware. Here is what it does with your data and your money, without the gloss."
      width="text"
    >
      <Section title="What it is for">
        <p>
          Fine-tuning a language model takes a GPU that many people do not have, and most services want the
          whole dataset on one machine. TrainChain splits the dataset among several contributors. Each trains
          a small LoRA adapter on its own part; the adapters are merged into one. The reward waits in a smart
          contract until the work is there.
        </p>
      </Section>
      <Section title="Who sees what">
        <WhoSeesWhat />
        <p>
          So this is privacy among contributors and from the public, not from the platform. If nobody at all
          may see your data, do not upload it anywhere. A trained adapter can also remember some of what it
          was trained on.
        </p>
      </Section>
      <Section title="Where the money goes">
        <p>
          You stake the reward when you create a job. Each accepted delivery is paid an equal share
          <FeeSentence /> Whatever was not delivered, and what the division leaves over, goes back to you. If
          nobody takes the job, you get all of it back. Paying for transactions (gas) is extra.
        </p>
        <p>
          The contract has no owner, no pause and no upgrade. The platform’s key can refuse a delivery, with a
          published reason, and say that a job is done; it cannot send money to anybody else than the job’s
          contributors and its requester. If the platform falls silent, anybody may settle the job, and what
          was delivered is paid.
        </p>
      </Section>
      <Section title="What can go wrong">
        <ul className="grid list-disc gap-2 pl-5">
          <li>A contributor vanishes. Its slot is freed at the deadline, and another may take it.</li>
          <li>
            A delivery is worthless. Every adapter is checked for its form, how far training can have moved
            it, copies and what it does to held-out rows; a bad one is refused. Clever sabotage that improves
            the score on held-out rows is not detected.
          </li>
          <li>
            Federation does not help. The receipt shows the loss of the base model, of each contributor and of
            the merged model, so you see it.
          </li>
        </ul>
        <p>
          The <DocLink slug="trust-model">trust model</DocLink> says for each party what it can do, and{" "}
          <DocLink slug="verification">verification</DocLink> says which attacks are caught and which are not.
        </p>
      </Section>
      <Section title="Open source">
        <p>
          TrainChain is published under the MIT licence. The training environment, installed on the
          contributor’s machine, contains ultralytics, which is AGPL-3.0.
        </p>
      </Section>
    </Page>
  );
}

const views: [string, string, string][] = [
  ["You", "Everything of your jobs", "Contributors’ machines, their full wallets"],
  ["A contributor", "Its own shard, the job’s parameters", "Other shards, held-out rows, other adapters"],
  ["Storage, the public", "Sealed files, sizes, the job’s public description", "The content of any of them"],
  ["The platform", "The dataset, shards, adapters: it checks, splits and merges them", "Your wallet’s keys"],
];

function WhoSeesWhat() {
  return (
    <Table caption="Who sees what of a job">
      <TableHead>
        <HeaderCell>Who</HeaderCell>
        <HeaderCell>Sees</HeaderCell>
        <HeaderCell>Does not see</HeaderCell>
      </TableHead>
      <TableBody>
        {views.map(([who, sees, not]) => (
          <Row key={who}>
            <Cell className="align-top font-medium">{who}</Cell>
            <Cell label="Sees" className="min-w-52 align-top whitespace-normal">
              {sees}
            </Cell>
            <Cell label="Does not see" className="min-w-52 align-top whitespace-normal">
              {not}
            </Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function FeeSentence() {
  const { data: config } = useQuery(configQuery);
  if (!config) return ".";
  return config.feeBps === 0 ? (
    <>; this platform takes no fee.</>
  ) : (
    <>, after a platform fee of {config.feeBps / 100} %, which was fixed when the contract was deployed.</>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-3 text-[1.0625rem] leading-relaxed">
      <h2 className="text-xl font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function DocLink({ slug, children }: { slug: string; children: string }) {
  return (
    <Link to="/docs/$slug" params={{ slug }} className="text-accent-text underline underline-offset-4">
      {children}
    </Link>
  );
}
