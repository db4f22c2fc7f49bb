import { useParams } from "@tanstack/react-router";
import { Page } from "../../shell/page.tsx";

export default function JobPage() {
  const { jobId } = useParams({ from: "/job/$jobId" });
  return <Page title={`Job ${jobId}`}>{null}</Page>;
}
