import { Page } from "../../shell/page.tsx";

export default function ContactPage() {
  return <Page title="Contact">{null}</Page>;
}
