import { Page } from "../../shell/page.tsx";

export default function ContributorPage() {
  return <Page title="Contribute">{null}</Page>;
}
