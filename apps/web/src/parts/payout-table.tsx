import {
  Amount,
  Cell,
  formatCount,
  HeaderCell,
  Row,
  Table,
  TableBody,
  TableHead,
  WalletAddress,
} from "@trainchain/ui";

interface Paid {
  payouts: { contributor: string; amountWei: string }[];
  feeWei: string;
  refundWei: string;
}

/** Where the stake went, to the wei. */
export function PayoutTable({
  receipt,
  unit,
  rows,
}: {
  receipt: Paid;
  /** What was trained on. */
  unit: string;
  rows: ReadonlyMap<string, number>;
}) {
  return (
    <Table caption="Payouts">
      <TableHead>
        <HeaderCell>Paid to</HeaderCell>
        <HeaderCell>{unit}</HeaderCell>
        <HeaderCell className="text-right">Amount</HeaderCell>
      </TableHead>
      <TableBody>
        {receipt.payouts.map(({ contributor, amountWei }) => (
          <Row key={contributor}>
            <Cell>
              <WalletAddress address={contributor} />
            </Cell>
            <Cell label={unit}>{formatRows(rows.get(contributor))}</Cell>
            <Cell label="Amount" className="text-right">
              <Amount wei={amountWei} decimals={6} />
            </Cell>
          </Row>
        ))}
        {[
          ["Platform fee", receipt.feeWei],
          ["Back to the requester", receipt.refundWei],
        ].map(([label = "", amountWei = "0"]) => (
          <Row key={label}>
            <Cell>{label}</Cell>
            <Cell label={unit}>–</Cell>
            <Cell label="Amount" className="text-right">
              <Amount wei={amountWei} decimals={6} />
            </Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

const formatRows = (rows: number | undefined) => (rows === undefined ? "–" : formatCount(rows));
