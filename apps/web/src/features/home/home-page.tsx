import { Page } from "../../shell/page.tsx";

export default function HomePage() {
  return <Page title="Home">{null}</Page>;
}
