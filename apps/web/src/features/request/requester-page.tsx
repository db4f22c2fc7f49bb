import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";

export default function RequesterPage() {
  return (
    <Page title="New request">
      <RequireSession purpose="This page belongs to your wallet.">{null}</RequireSession>
    </Page>
  );
}
