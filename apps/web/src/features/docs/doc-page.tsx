import { Page } from "../../shell/page.tsx";

export default function DocPage() {
  return <Page title="Docs">{null}</Page>;
}
