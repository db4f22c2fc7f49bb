import { Page } from "../../shell/page.tsx";

export default function AboutPage() {
  return <Page title="About">{null}</Page>;
}
