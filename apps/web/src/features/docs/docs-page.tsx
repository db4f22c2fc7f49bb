import { Page } from "../../shell/page.tsx";

export default function DocsPage() {
  return <Page title="Docs">{null}</Page>;
}
