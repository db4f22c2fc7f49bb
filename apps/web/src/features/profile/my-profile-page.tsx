import { Page } from "../../shell/page.tsx";

export default function MyProfilePage() {
  return <Page title="Profile">{null}</Page>;
}
