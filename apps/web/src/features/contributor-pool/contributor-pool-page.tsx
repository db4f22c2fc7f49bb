import { Page } from "../../shell/page.tsx";

export default function ContributorPoolPage() {
  return <Page title="Contributor Pool">{null}</Page>;
}
