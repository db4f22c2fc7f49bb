import { useQuery } from "@tanstack/react-query";
import {
  Badge,
  Card,
  Cell,
  GroupHeader,
  HeaderCell,
  Row,
  Table,
  TableBody,
  TableHead,
  WalletAddress,
} from "@trainchain/ui";
import { verificationQuery } from "../../api/queries.ts";

const names: Record<string, string> = {
  "sealed-to-slot": "Sealed for its slot",
  safetensors: "Well-formed file",
  "same-start": "Same start as the job",
  "optimizer-reach": "As far as training goes",
  "update-size": "Size of the update",
  "not-a-copy": "No copy of another",
  "held-out-loss": "Held-out loss",
  replay: "Training done again",
  onnx: "Well-formed model",
  "classes-and-size": "Classes and image size",
  "better-than-chance": "Better than chance",
};

const tones = { passed: "positive", failed: "danger", skipped: "neutral" } as const;

/** The verdicts on the deliveries, for those who may see them: the requester all, a contributor its own. */
export default function VerificationSection({ jobId }: { jobId: string }) {
  const { data } = useQuery({ ...verificationQuery(jobId), retry: false });
  if (!data || data.length === 0) return null;
  return (
    <Card title="Verification">
      <Table caption="Checks of the delivered work">
        <TableHead>
          <HeaderCell>Check</HeaderCell>
          <HeaderCell>Result</HeaderCell>
          <HeaderCell>In words</HeaderCell>
        </TableHead>
        {data.map(({ contributor, checks }) => (
          <TableBody key={contributor}>
            <GroupHeader columns={3}>
              <WalletAddress address={contributor} />
            </GroupHeader>
            {checks.map(({ check, verdict, message }) => (
              <Row key={check}>
                <Cell>{names[check] ?? check}</Cell>
                <Cell>
                  <Badge tone={tones[verdict]}>{verdict}</Badge>
                </Cell>
                <Cell className="min-w-64 whitespace-normal wrap-anywhere text-muted">{message}</Cell>
              </Row>
            ))}
          </TableBody>
        ))}
      </Table>
    </Card>
  );
}
