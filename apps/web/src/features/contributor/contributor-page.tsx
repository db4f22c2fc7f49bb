import { Link } from "@tanstack/react-router";
import { buttonClasses, Card } from "@trainchain/ui";
import { ProfilePrompt } from "../../parts/profile-prompt.tsx";
import { Page } from "../../shell/page.tsx";
import { GetTheApp } from "./get-the-app.tsx";
import { MachineNeeds } from "./machine-needs.tsx";

export default function ContributorPage() {
  return (
    <Page
      title="Earn with your machine"
      lead="Take a slot of a training job: your machine trains on its own part of the data, and the contract pays you once what you deliver is accepted."
      actions={
        <Link to="/my-contributions" className={buttonClasses("secondary")}>
          My contributions
        </Link>
      }
    >
      <ProfilePrompt />
      <ol className="grid gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(({ title, text }, index) => (
          <li key={title} className="grid content-start gap-2 bg-surface p-6">
            <span className="font-mono text-sm text-accent-text" aria-hidden="true">
              {String(index + 1).padStart(2, "0")}
            </span>
            <h2 className="font-semibold">{title}</h2>
            <p className="text-sm text-muted">{text}</p>
          </li>
        ))}
      </ol>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <GetTheApp />
        <MachineNeeds />
      </div>
      <Card title="When are you paid, and when not?">
        <ul className="grid list-disc gap-2 pl-5 text-muted">
          <li>
            You are paid an equal share of the stake when the job closes and your delivery was not refused: at
            the latest when the review period is over, even if the platform has fallen silent.
          </li>
          <li>
            A delivery is refused only with a public reason that names the failed check. Its figures are yours
            to see.
          </li>
          <li>
            If you miss your deadline, you lose the bond, a deposit that some jobs ask for, and nothing else.
          </li>
          <li>
            The app trains with a key of its own that can submit work but never receives money. Your wallet’s
            key stays in your wallet.
          </li>
        </ul>
      </Card>
    </Page>
  );
}

const steps = [
  {
    title: "Get the app",
    text: "It sets up its own Python once, about 6 GB, and touches nothing else of your system.",
  },
  {
    title: "Check your machine",
    text: "Before you take a job, it measures memory, disk and speed, and says exactly what is missing.",
  },
  {
    title: "Take a slot",
    text: "Your wallet signs once. You see your share, the deadline and the bond before you do.",
  },
  {
    title: "Let it train",
    text: "Close the lid, lose the network, restart: it goes on from its last checkpoint.",
  },
];
