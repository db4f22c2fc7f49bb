import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";

export default function MyRequestsPage() {
  return (
    <Page title="My Requests">
      <RequireSession purpose="This page belongs to your wallet.">{null}</RequireSession>
    </Page>
  );
}
