import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { counted, type ProfileView } from "@trainchain/protocol";
import { Amount, Badge, Card, ErrorNotice, Loading, RelativeTime, Skeleton, Stat } from "@trainchain/ui";
import { myProfileQuery } from "../../api/queries.ts";
import { CompletedJobs } from "../../parts/completed-jobs.tsx";
import { GpuTierForm } from "../../parts/gpu-tier-form.tsx";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { NoticesCard } from "./notices-card.tsx";

export default function MyProfilePage() {
  return (
    <Page title="Profile" lead="What the contributor pool shows of you, and what only you see.">
      <RequireSession purpose="Your profile belongs to your wallet.">
        <MyProfile />
      </RequireSession>
    </Page>
  );
}

function MyProfile() {
  const { data: profile, error, refetch } = useQuery(myProfileQuery);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!profile)
    return (
      <Loading label="Your profile is loading">
        <Skeleton className="h-56 rounded-card" />
      </Loading>
    );
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <Record profile={profile} />
      <Card
        title="Your machine"
        actions={profile.gpuMeasured && <Badge tone="info">measured by the app</Badge>}
      >
        <GpuTierForm key={profile.gpuTier} profile={profile} />
      </Card>
      <NoticesCard />
    </div>
  );
}

/** Of whom, and what others see of it. */
function earnedNote(requesters: number): string {
  if (requesters === 0) return "Only you see this here";
  return `By ${counted(requesters, "requester")}; others see it rounded down`;
}

function Record({ profile }: { profile: ProfileView }) {
  const { wallet, profileId, earnedWei, requesters, memberSince } = profile;
  return (
    <Card title="Your record">
      <dl className="grid grid-cols-2 gap-6">
        <CompletedJobs of={profile} />
        <Stat label="Earned" value={<Amount wei={earnedWei} />} note={earnedNote(requesters)} />
        <Stat label="Member since" value={memberSince ? <RelativeTime at={memberSince} /> : "no job yet"} />
      </dl>
      <p className="mt-6 font-mono text-sm break-all text-muted">{wallet}</p>
      {profileId && (
        <p className="mt-4 text-sm">
          <Link
            to="/contributors/$profileId"
            params={{ profileId }}
            className="font-medium text-accent-text underline-offset-4 hover:underline"
          >
            Your public page, with rating and history
          </Link>
        </p>
      )}
    </Card>
  );
}
