import { useQuery } from "@tanstack/react-query";
import {
  Card,
  Cell,
  ErrorNotice,
  HeaderCell,
  Loading,
  Row,
  Skeleton,
  Table,
  TableBody,
  TableHead,
} from "@trainchain/ui";
import { configQuery } from "../../api/open-queries.ts";

/** What each base model asks of a machine, as the app will check it. */
export function MachineNeeds() {
  const { data: config, error, refetch } = useQuery(configQuery);
  return (
    <Card title="What your machine needs">
      {error && !config ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : !config ? (
        <Loading label="Base models are loading">
          <Skeleton className="h-40" />
        </Loading>
      ) : (
        <div className="grid gap-3">
          <Table caption="Needs of each base model" className="shadow-none">
            <TableHead>
              <HeaderCell>Model</HeaderCell>
              <HeaderCell>GPU memory</HeaderCell>
              <HeaderCell>or without GPU</HeaderCell>
              <HeaderCell>Disk</HeaderCell>
            </TableHead>
            <TableBody>
              {config.models.map(({ id, name, needs }) => (
                <Row key={id}>
                  <Cell className="whitespace-normal">{name}</Cell>
                  <Cell label="GPU memory" className="tabular-nums">
                    {needs.gpu.vramGb > 0 ? `${needs.gpu.vramGb} GiB` : "any"}
                  </Cell>
                  <Cell label="or without GPU" className="tabular-nums">
                    {needs.cpu.ramGb} GiB RAM, {needs.cpu.cores} {needs.cpu.cores === 1 ? "core" : "cores"}
                  </Cell>
                  <Cell label="Disk" className="tabular-nums">
                    {needs.gpu.diskGb} GiB
                  </Cell>
                </Row>
              ))}
            </TableBody>
          </Table>
          <p className="text-sm text-muted">
            With rows of up to 4,096 tokens: each job says what its own take. NVIDIA cards and Apple Silicon
            are used where they are there. The training environment takes about 6 GB more, once.
          </p>
        </div>
      )}
    </Card>
  );
}
