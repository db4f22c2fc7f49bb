import { customType, timestamp } from "drizzle-orm/pg-core";

/** Wei: numeric(78,0) in the database, bigint in code. */
export const wei = customType<{ data: bigint; driverData: string }>({
  dataType: () => "numeric(78,0)",
  fromDriver: (value) => BigInt(value),
  toDriver: (value) => value.toString(),
});

/** A moment, always with its time zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
