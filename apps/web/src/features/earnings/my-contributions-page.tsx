import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";

export default function MyContributionsPage() {
  return (
    <Page title="My Contributions">
      <RequireSession purpose="This page belongs to your wallet.">{null}</RequireSession>
    </Page>
  );
}
