import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";

export default function EarningsPage() {
  return (
    <Page title="Earnings">
      <RequireSession purpose="This page belongs to your wallet.">{null}</RequireSession>
    </Page>
  );
}
