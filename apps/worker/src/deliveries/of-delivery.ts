interface Delivery {
  contributor: string;
  adapterCid: string;
}

/** Of records of a job's deliveries the one of this delivery: one of another CID is none of it. */
export function ofDelivery<Record extends Delivery>(
  records: readonly Record[],
  { contributor, adapterCid }: Delivery,
): Record | undefined {
  return records.find((one) => one.contributor === contributor && one.adapterCid === adapterCid);
}
