import { Page } from "../../shell/page.tsx";

export default function ContributorProfilePage() {
  return <Page title="Contributor">{null}</Page>;
}
